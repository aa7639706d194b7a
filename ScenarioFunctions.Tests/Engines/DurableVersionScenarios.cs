using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Tests.Azure.DurableHub;
using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Engines;

/// <summary>On the real Durable Task engine.</summary>
public sealed class DurableVersionScenarios : VersionScenarios
{
    /// <summary>A task has at least eleven commits, so that most of them are under way after so many.</summary>
    private const int CommitsBetween = 700;

    private readonly TwoVersions workflow = new();
    private readonly DurableEngineHost host;

    public DurableVersionScenarios()
        : this(new DurableEngineHost())
    {
    }

    private DurableVersionScenarios(DurableEngineHost host)
        : base(host)
    {
        this.host = host;
        host.Hub.LongTimer = TimeSpan.FromHours(1); // the clean-up's last pass ends what a cancelled task has ordered
    }

    [Fact]
    public async Task Five_hundred_running_tasks_survive_the_way_forward_back_and_forward_again()
    {
        Backend.Balance = 10_000;
        var old = Ids('1');
        var later = Ids('2');

        await RestartAsync(workflow.First);
        await StartAsync(old);
        await RestartAsync(workflow.Both);
        await StartAsync(later);
        await RestartAsync(workflow.First);
        await EndAsync(old);
        var back = await StatesAsync(later);
        await RestartAsync(workflow.Both);
        await host.WakeAsync();
        await EndAsync(later);

        Assert.InRange(back.Count(state => state == TaskState.Pending), Tasks / 10, Tasks / 2);
        Assert.DoesNotContain(TaskState.Running, back);
        Assert.All(old, id => Assert.Equal([1], workflow.RanBy(id)));
        Assert.All(later, id => Assert.Equal([2], workflow.RanBy(id)));
        Assert.All(later.Take(20), id => ReplayCheck.AssertRepeats(host.Hub.HistoryOf(id), host.Functions));
        Assert.Equal((Tasks, 10_000L - (2 * Tasks), Tasks), (Backend.Bought, Backend.Balance, Backend.Charges.Count));
        Assert.Empty(Backend.Holds);
    }

    private async Task StartAsync(string[] ids)
    {
        var commits = host.Hub.Commits;
        await Task.WhenAll(ids.Select(id => host.Engine.StartAsync(id, EngineHost.Input(scenes: 2), Stop)));
        await host.UntilAsync(() => host.Hub.Commits >= commits + CommitsBetween);
    }

    /// <summary>Loses the worker at no order: an order whose answer is lost with it is made again, as RunwayML has no key for it.</summary>
    private async Task RestartAsync(WorkflowVersions versions)
    {
        var never = new TaskCompletionSource();
        Backend.Before = act => act == "submit 2" ? never.Task : Task.CompletedTask;
        await host.UntilAsync(() => Backend.Locked(
            () => Backend.Looks.Count == Backend.Scenes.Values.Count(scene => scene.State.GenerationId is not null)));
        Backend.Crash();
        Backend.Before = _ => Task.CompletedTask;
        host.Versions = versions;
        await host.RestartAsync();
    }
}
