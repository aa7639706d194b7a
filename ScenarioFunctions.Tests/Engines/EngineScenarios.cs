using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Engines;

/// <summary>What holds on either engine: each class of scenarios is derived once for each.</summary>
public abstract class EngineScenarios(EngineHost host) : IAsyncLifetime
{
    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected EngineHost Host => host;

    protected Backend Backend => host.Backend;

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
