using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Engine;
using ScenarioFunctions.Functions;
using ScenarioFunctions.Tests.Azure.DurableHub;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Engines.Scenarios;

/// <summary>The Azure adapter and its functions on the real Durable Task engine, in memory.</summary>
public sealed class DurableEngineHost : EngineHost
{
    /// <summary>Of Durable Task, which takes less than 16 KB in UTF-16.</summary>
    private const int MaxCustomStatus = (16 * 1024 / sizeof(char)) - 1;

    private ServiceProvider? services;
    private TaskHubWorker? worker;

    internal MemoryTaskHub Hub { get; } = new();

    internal LogCollector Log { get; } = new();

    /// <summary>Hands on the client as an HTTP function does, to whoever calls the engine next.</summary>
    public override ITaskEngine Engine
    {
        get
        {
            services!.GetRequiredService<DurableClients>().Current = Client;
            return services!.GetRequiredService<ITaskEngine>();
        }
    }

    internal TaskHubServer Server { get; private set; } = null!;

    internal DurableTaskClient Client => Server.Client;

    public override async ValueTask InitializeAsync()
    {
        Server = await TaskHubServer.StartAsync(Hub);
        await StartWorkerAsync();
    }

    /// <summary>The hub stays, the worker is another.</summary>
    public override async Task RestartAsync()
    {
        await KillWorkerAsync();
        await StartWorkerAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        Backend.Crash();
        await KillWorkerAsync();
        await Server.DisposeAsync();
        Log.Dispose();
    }

    /// <summary>Also checks what must be true of every run: it can be replayed, and its custom status is short enough.</summary>
    protected override async Task WaitForEndAsync(CancellationToken cancellationToken)
    {
        var ended = await Client.WaitForInstanceCompletionAsync(TaskId, cancellationToken);
        Assert.InRange(Hub.LongestStatus, 0, MaxCustomStatus);
        if (ended.RuntimeStatus != OrchestrationRuntimeStatus.Terminated)
        {
            ReplayCheck.AssertRepeats(Hub.HistoryOf(TaskId));
        }
    }

    private async Task KillWorkerAsync()
    {
        await worker!.DisposeAsync();
        await services!.DisposeAsync();
    }

    private async Task StartWorkerAsync()
    {
        services = NewServices()
            .AddDurableTaskEngine()
            .AddSingleton<StepFunctions>()
            .AddLogging(logging => logging.AddProvider(Log))
            .BuildServiceProvider();
        worker = await TaskHubWorker.StartAsync(Server.Address, services);
    }
}
