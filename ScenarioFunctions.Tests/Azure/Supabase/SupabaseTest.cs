using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Supabase;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Azure.Supabase;

/// <summary>The adapters as a host gets them, against a test server.</summary>
internal sealed class SupabaseTest : IAsyncDisposable
{
    private readonly ServiceProvider services;

    private SupabaseTest(SupabaseTestServer server, ServiceProvider services)
    {
        Server = server;
        this.services = services;
    }

    public SupabaseTestServer Server { get; }

    public IScenarioStore Scenarios => Get<IScenarioStore>();

    public ICreditLedger Ledger => Get<ICreditLedger>();

    public IImageStore Images => Get<IImageStore>();

    public static async Task<SupabaseTest> StartAsync(
        PostgresCluster cluster, Action<IServiceCollection>? configure = null, string? key = null) =>
        Start(await SupabaseTestServer.StartAsync(cluster), configure, key);

    public static SupabaseTest Start(
        SupabaseTestServer server, Action<IServiceCollection>? configure = null, string? key = null)
    {
        var services = new ServiceCollection().AddLogging();
        services.AddSingleton(new SupabaseSettings
        {
            Url = server.Url,
            ServiceRoleKey = key ?? SupabaseKeys.ServiceRole,
        });
        services.AddSupabase();
        configure?.Invoke(services);
        return new SupabaseTest(server, services.BuildServiceProvider());
    }

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await Server.DisposeAsync();
    }
}
