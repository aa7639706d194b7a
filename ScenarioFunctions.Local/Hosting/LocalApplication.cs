using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Logging.Console;
using ScenarioFunctions.Api;
using ScenarioFunctions.Api.Telemetry;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Emulator;
using ScenarioFunctions.Local.Engine;
using ScenarioFunctions.Local.Storage;

namespace ScenarioFunctions.Local.Hosting;

/// <summary>Composes the embedded host.</summary>
internal static class LocalApplication
{
    /// <summary>Well below the 5 s in which the process must end: what follows takes a second on a busy machine.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Otherwise .NET watches the current folder and all below it, so all images too.</summary>
    private const string NoWatch = "--hostBuilder:reloadConfigOnChange=false";

    public static WebApplication Build(
        HostSettings settings, IConfiguration configuration, DataDirectory directory, Task<LocalDatabase> database, LocalServerOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [NoWatch] });
        builder.WebHost.UseUrls(options.Urls ?? settings.Urls);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        AddLogging(builder.Logging, options);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.Services.AddProblemDetails(problems => problems.CustomizeProblemDetails = Complete);
        AddService(builder.Services, settings, directory, database, options.ContinuesTasks);
        if (settings.Telemetry.IsOn)
        {
            AddTelemetry(builder, configuration);
        }

        options.Replace?.Invoke(builder.Services);
        if (options.IsForCommand)
        {
            builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
        }
        else
        {
            builder.Services.AddHostedService(provider =>
                ActivatorUtilities.CreateInstance<KeyWatch>(provider, configuration, options.Urls ?? settings.Urls));
        }

        return builder.Build();
    }

    /// <summary>Maps the routes. On another processor, the services that the host will start are made, such as the emulator with its database.</summary>
    public static Task MapAsync(WebApplication app, HostSettings settings) => Task.WhenAll(
        Task.Run(() => app.Services.GetServices<IHostedService>()),
        Task.Run(() => Map(app, settings)));

    private static void Map(WebApplication app, HostSettings settings)
    {
        app.UseStatusCodePages();
        app.UseHostCheck();
        app.MapScenarioApi();
        app.MapLocalImages();
        if (settings.Emulator is not null)
        {
            var guard = new EmulatorGuard(app.Services.GetRequiredService<CallerCheck>(), settings.Runway.ApiSecret!);
            app.MapRunwayEmulator(guard.RefusalAsync);
        }
    }

    /// <summary>Completes the answer to a wrong path or method, which no handler sees.</summary>
    private static void Complete(ProblemDetailsContext context)
    {
        var request = context.HttpContext.Request;
        context.ProblemDetails.Instance ??= request.Path;
        context.ProblemDetails.Detail ??= $"There is no {request.Method} {request.Path}. See GET /openapi.json for the routes.";
    }

    private static void AddService(
        IServiceCollection services, HostSettings settings, DataDirectory directory, Task<LocalDatabase> database, bool continuesTasks)
    {
        services.AddHostedService<Announcement>();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(settings);
        services.AddSingleton(settings.Service);
        services.AddSingleton(settings.Local);
        services.AddSingleton(directory);
        services.AddSingleton(provider => settings.Emulator is null
            ? settings.Runway
            : OwnEmulator(settings.Runway with { UsualImageTime = settings.Emulator.Latency }, provider.GetRequiredService<IServer>()));
        services.AddEmbeddedStorage(database);
        services.AddRunway();
        services.AddSteps();
        services.AddScenarioApi();
        services.AddEmbeddedEngine(continuesTasks);
        if (settings.Emulator is not null)
        {
            // After the engine, so that the store opens its database first and reports what is wrong with it.
            services.AddRunwayEmulator(settings.Emulator, directory.EmulatorPath, directory.DatabasePath);
        }
    }

    /// <summary>
    /// The emulator is called over HTTP like RunwayML, on whatever address the server listens. That is known once it listens.
    /// </summary>
    private static RunwaySettings OwnEmulator(RunwaySettings runway, IServer server) =>
        runway with { BaseUrl = new Uri(LocalServer.AddressOf(server), EmulatorServices.Root), AllowPrivateImageHosts = true, IsEmulator = true };

    /// <summary>OpenTelemetry's settings, too, may be in local.settings.json.</summary>
    private static void AddTelemetry(WebApplicationBuilder builder, IConfiguration configuration)
    {
        builder.Configuration.AddInMemoryCollection(configuration.AsEnumerable().Where(setting => setting.Key.StartsWith("OTEL_", StringComparison.Ordinal)));
        builder.Services.AddTelemetryExport(isOwnCall: context => context.Request.Path.StartsWithSegments(EmulatorServices.Root));
    }

    private static void AddLogging(ILoggingBuilder logging, LocalServerOptions options)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(options.IsForCommand ? LogLevel.Error : LogLevel.Information);
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning); // our own line has the address
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None); // a failed start is reported once, without a stack trace
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        logging.AddConsoleFormatter<TaskConsoleFormatter, ConsoleFormatterOptions>();
        logging.AddConsole(console =>
        {
            console.FormatterName = TaskConsoleFormatter.FormatterName;
            console.LogToStandardErrorThreshold = options.IsForCommand ? LogLevel.Trace : LogLevel.None;
        });
    }
}

/// <summary>
/// The emulator may be used by the service itself, which has its own secret, and by callers who may act for all users. It uses the
/// API's check of callers, so that a key cannot be guessed faster here.
/// </summary>
internal sealed class EmulatorGuard(CallerCheck callers, string ownSecret)
{
    private readonly byte[] own = Encoding.UTF8.GetBytes($"Bearer {ownSecret}");

    /// <returns>Null when the caller may use it.</returns>
    public async ValueTask<IResult?> RefusalAsync(HttpContext context)
    {
        var given = Encoding.UTF8.GetBytes(context.Request.Headers.Authorization.ToString());
        if (CryptographicOperations.FixedTimeEquals(given, own))
        {
            return null;
        }

        try
        {
            (await callers.DemandAsync(context)).DemandService();
            return null;
        }
        catch (ProblemException refused)
        {
            return ApiResponse.OfProblem(refused, context.Request);
        }
    }
}

/// <summary>
/// Tells other processes and the user where the server listens and what it uses. This happens once it listens and before the
/// engine continues tasks.
/// </summary>
internal sealed partial class Announcement(
    IServer server, DataDirectory directory, HostSettings settings, Lazy<RunwaySettings> runway, ILogger<LocalServer> logger)
    : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var address = LocalServer.AddressOf(server);
        directory.Announce(address);
        Listening(logger, address, directory.Path, runway.Value);
        foreach (var warning in settings.Warnings)
        {
            Doubtful(logger, warning);
        }

        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(501, LogLevel.Information, "Listening on {Address}, data in {DataPath}, images from {ImageService}")]
    private static partial void Listening(ILogger logger, Uri address, string dataPath, RunwaySettings imageService);

    [LoggerMessage(502, LogLevel.Warning, "{Doubt}")]
    private static partial void Doubtful(ILogger logger, string doubt);
}

/// <summary>In a server for a command, Ctrl+C is handled by the command, which first cancels its task.</summary>
internal sealed class CommandLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
