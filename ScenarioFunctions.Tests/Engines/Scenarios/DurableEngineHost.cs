using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Engine;
using ScenarioFunctions.Functions;
using ScenarioFunctions.Tests.Azure.Replay;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Engines.Scenarios;

/// <summary>The Azure adapter and its functions on a task hub that replays.</summary>
public sealed class DurableEngineHost : EngineHost
{
    private ServiceProvider services = null!;
    private Worker worker = null!;

    public DurableEngineHost() => Boot();

    internal TaskHub Hub { get; } = new();

    internal LogCollector Log { get; } = new();

    /// <summary>Hands on the client as an HTTP function does, to whoever calls the engine next.</summary>
    public override ITaskEngine Engine
    {
        get
        {
            services.GetRequiredService<DurableClients>().Current = Hub;
            return services.GetRequiredService<ITaskEngine>();
        }
    }

    public override Task RestartAsync()
    {
        worker.Kill();
        Boot();
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync()
    {
        worker.Kill();
        Backend.Crash();
        Log.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Boot()
    {
        services = NewServices()
            .AddDurableTaskEngine()
            .AddSingleton<StepFunctions>()
            .AddLogging(logging => logging.AddProvider(Log))
            .BuildServiceProvider();
        worker = new Worker(Hub, services.GetRequiredService<StepFunctions>(), services.GetRequiredService<ILoggerFactory>());
        Hub.Scheduled = worker.Run;
        foreach (var instance in Hub.Open.ToList())
        {
            worker.Run(instance);
        }
    }
}
