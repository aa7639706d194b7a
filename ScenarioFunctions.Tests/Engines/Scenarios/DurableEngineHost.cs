using Microsoft.DurableTask.Client;
using ScenarioFunctions.Tests.Azure.DurableHub;

namespace ScenarioFunctions.Tests.Engines.Scenarios;

/// <summary>The Azure adapter and its functions on the real Durable Task engine, in memory.</summary>
public class DurableEngineHost : TaskHubEngineHost
{
    /// <summary>Of Durable Task, which takes less than 16 KB in UTF-16.</summary>
    private const int MaxCustomStatus = (16 * 1024 / sizeof(char)) - 1;

    internal MemoryTaskHub Hub { get; init; } = new();

    /// <summary>The hub stays, the worker is another.</summary>
    public override async Task RestartAsync()
    {
        await KillWorkerAsync();
        await StartWorkerAsync();
    }

    /// <summary>Also checks what must be true of every run: it can be replayed, and its custom status is short enough.</summary>
    protected override async Task WaitForEndAsync(CancellationToken cancellationToken)
    {
        await base.WaitForEndAsync(cancellationToken);
        Assert.InRange(Hub.LongestStatus, 0, MaxCustomStatus);
        if ((await Client.GetInstanceAsync(TaskId, cancellationToken))!.RuntimeStatus != OrchestrationRuntimeStatus.Terminated)
        {
            ReplayCheck.AssertRepeats(Hub.HistoryOf(TaskId), Functions);
        }
    }

    private protected override Task<TaskHubServer> StartHubAsync() => TaskHubServer.StartAsync(Hub);
}
