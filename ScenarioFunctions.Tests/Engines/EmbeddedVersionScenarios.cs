using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Engines;

/// <summary>On the embedded engine.</summary>
public sealed class EmbeddedVersionScenarios : VersionScenarios
{
    private readonly TwoVersions workflow = new();
    private readonly EmbeddedEngineHost host;
    private TaskCompletionSource gate = new();
    private int orders;

    public EmbeddedVersionScenarios()
        : this(new EmbeddedEngineHost())
    {
    }

    private EmbeddedVersionScenarios(EmbeddedEngineHost host)
        : base(host) => this.host = host;

    [Fact]
    public async Task Five_hundred_running_tasks_survive_the_way_forward_back_and_forward_again()
    {
        Backend.Balance = 10_000;
        var old = Ids('1');
        var later = Ids('2');

        await RestartAsync(workflow.First);
        await StartAsync(old, running: old.Length);
        await RestartAsync(workflow.Both);
        await StartAsync(later, running: Tasks);
        await RestartAsync(workflow.First);
        var back = await StatesAsync(later);
        var health = await new WorkflowHealthCheck(host.Engine, host.Versions).CheckHealthAsync(new(), Stop);
        OpenGate();
        await EndAsync(old);
        var bought = Backend.Bought;
        await RestartAsync(workflow.Both);
        OpenGate();
        await EndAsync(later);

        Assert.Equal(Enumerable.Repeat(TaskState.Pending, later.Length), back);
        Assert.Contains("(250 of version 1, 250 of version 2)", health.Description, StringComparison.Ordinal);
        Assert.Single(host.Log.Lines, line => line.Contains("250 tasks wait for a program that has version 2", StringComparison.Ordinal));
        Assert.Equal(old.Length, bought);
        Assert.All(old, id => Assert.Equal([1], workflow.RanBy(id)));
        Assert.All(later, id => Assert.Equal([2], workflow.RanBy(id)));
        Assert.Equal((Tasks, 10_000L - (2 * Tasks), Tasks), (Backend.Bought, Backend.Balance, Backend.Charges.Count));
        Assert.Empty(Backend.Holds);
    }

    /// <summary>Posts tasks, and waits until all that run stand still.</summary>
    private async Task StartAsync(string[] ids, int running)
    {
        await Task.WhenAll(ids.Select(id => host.Engine.StartAsync(id, EngineHost.Input(scenes: 2), Stop)));
        await host.UntilAsync(() => Volatile.Read(ref orders) == running - 200);
    }

    private async Task RestartAsync(WorkflowVersions versions)
    {
        Backend.Crash();
        CloseGate();
        host.Versions = versions;
        await host.RestartAsync();
    }

    /// <summary>Holds a hundred tasks before their scenes are saved, a hundred before credits are held, and the others before an order.</summary>
    private void CloseGate()
    {
        gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (saves, holds, closed) = (0, 0, gate.Task);
        orders = 0;
        Backend.Before = act => act switch
        {
            "save_scenes" when Interlocked.Increment(ref saves) <= 100 => closed,
            "hold" when Interlocked.Increment(ref holds) <= 100 => closed,
            "submit 2" when Interlocked.Increment(ref orders) > 0 => closed,
            _ => Task.CompletedTask,
        };
    }

    private void OpenGate()
    {
        Backend.Before = _ => Task.CompletedTask;
        gate.SetResult();
    }
}
