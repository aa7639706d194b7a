using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using ScenarioFunctions.Api;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Webhooks;

namespace ScenarioFunctions.Tests.Infrastructure.Api;

/// <summary>The real handlers over real HTTP on a free loopback port, with fakes behind them.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private ApiServer(bool grants, Action<IHealthChecksBuilder>? checks, Action<IServiceCollection> host)
    {
        Engine = new FakeTaskEngine(Time);
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        builder.Logging.AddProvider(Log);
        host(builder.Services);
        builder.Services
            .AddSingleton<TimeProvider>(Time)
            .AddSingleton<ITaskEngine>(Engine)
            .AddSingleton<IWebhooks>(Webhooks)
            .AddSingleton<IScenarioStore>(Store)
            .AddSingleton<IImageStore>(Images)
            .AddSingleton<ICreditLedger>(Credits);
        builder.Services.TryAddSingleton(new Lazy<RunwaySettings>(() => new RunwaySettings()));
        if (grants)
        {
            builder.Services.AddSingleton<ICreditGrants>(Credits);
        }

        checks?.Invoke(builder.Services.AddHealthChecks());
        app = builder.Build();
        app.MapScenarioApi();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 15, 9, 30, 0, 120, TimeSpan.Zero));

    public FakeTaskEngine Engine { get; }

    public FakeWebhooks Webhooks { get; } = new();

    public FakeSceneStore Store { get; } = new();

    public FakeImageStore Images { get; } = new();

    public FakeCredits Credits { get; } = new();

    public LogRecorder Log { get; } = new();

    public SceneWaits Waits => app.Services.GetRequiredService<SceneWaits>();

    public ScenarioApi Api => app.Services.GetRequiredService<ScenarioApi>();

    /// <summary>Fails on an answer that <c>openapi.json</c> does not describe.</summary>
    public HttpClient Client { get; private set; } = null!;

    public Uri Address => new(app.Urls.Single());

    /// <param name="settings">Those of the service.</param>
    /// <param name="grants">Whether credits can be granted.</param>
    /// <param name="checks">Adds health checks.</param>
    /// <param name="host">Adds the API and its settings as a host does, in place of <paramref name="settings"/>.</param>
    public static async Task<ApiServer> StartAsync(
        ServiceSettings? settings = null,
        bool grants = true,
        Action<IHealthChecksBuilder>? checks = null,
        Action<IServiceCollection>? host = null)
    {
        var server = new ApiServer(grants, checks, host ?? (services => services.AddSingleton(settings ?? new()).AddScenarioApi()));
        await server.app.StartAsync();
        server.Client = new HttpClient(new ContractHandler()) { BaseAddress = server.Address };
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
    }
}
