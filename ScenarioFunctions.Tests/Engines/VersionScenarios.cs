using Microsoft.Extensions.Diagnostics.HealthChecks;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Engines;

/// <summary>A program that is replaced by another version of it while tasks run, on either engine.</summary>
public abstract class VersionScenarios(EngineHost host) : EngineScenarios(host)
{
    /// <summary>In the scenarios with many.</summary>
    protected const int Tasks = 500;

    private const string OtherId = "33333333-2222-4333-8444-555555555555";
    private readonly TwoVersions workflow = new();

    [Theory]
    [InlineData("save_scenario")]
    [InlineData("save_scenes")]
    [InlineData("submit 3")]
    public async Task A_task_keeps_its_version_when_the_program_gets_a_newer_one(string stage)
    {
        await StartAndLoseAsync(workflow.First, stage);

        await RestartAsync(workflow.Both);
        var task = await Host.EndAsync();
        var other = await RunAnotherAsync();

        Assert.Equal((TaskState.Completed, 1), (task.State, task.WorkflowVersion));
        Assert.Equal((TaskState.Completed, 2), (other.State, other.WorkflowVersion));
        Assert.Equal([1], workflow.RanBy(EngineHost.TaskId));
        Assert.Equal([2], workflow.RanBy(OtherId));
        AssertPaidOnce();
    }

    [Theory]
    [InlineData("save_scenario")]
    [InlineData("save_scenes")]
    [InlineData("submit 3")]
    public async Task A_task_of_a_newer_version_waits_until_a_program_has_it(string stage)
    {
        await StartAndLoseAsync(workflow.Both, stage);

        await RestartAsync(workflow.First);
        var other = await RunAnotherAsync();
        var waiting = await Host.Engine.FindAsync(EngineHost.TaskId, Stop);
        var listed = await Host.Engine.ListAsync(new TaskQuery(TaskState.Pending, 10, null), Stop);
        var health = await HealthAsync();

        Assert.Equal((TaskState.Completed, 1), (other.State, other.WorkflowVersion));
        Assert.Equal((TaskState.Pending, 2), (waiting!.State, waiting.WorkflowVersion));
        Assert.Equal("Waiting for a program that has version 2 of the workflow; this one has 1", waiting.Progress.Message);
        Assert.Equal([EngineHost.TaskId], listed.Tasks.Select(task => task.TaskId));
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Equal(
            "1 of the open tasks (1 of version 2) wait for a program that has their version of the workflow; this one has 1.",
            health.Description);

        await RestartAsync(workflow.Both);
        var task = await Host.EndAsync();

        Assert.Equal(TaskState.Completed, task.State);
        Assert.Equal([2], workflow.RanBy(EngineHost.TaskId));
        AssertPaidOnce();
    }

    [Fact]
    public async Task A_task_of_a_version_that_was_removed_waits_too()
    {
        await StartAndLoseAsync(workflow.First, "submit 2");

        await RestartAsync(workflow.Second);
        await RunAnotherAsync();
        var waiting = await Host.Engine.FindAsync(EngineHost.TaskId, Stop);

        Assert.Equal(
            (TaskState.Pending, "Waiting for a program that has version 1 of the workflow; this one has 2"),
            (waiting!.State, waiting.Progress.Message));
        Assert.Equal([1], workflow.RanBy(EngineHost.TaskId));
    }

    [Theory]
    [InlineData("save_scenario", 0)]
    [InlineData("hold", 0)]
    [InlineData("get 2", 1)]
    public async Task A_waiting_task_can_be_cancelled_and_gives_its_credits_back(string stage, int bought)
    {
        await StartAndLoseAsync(workflow.Both, stage);

        Backend.Generate = _ => Backend.Open;
        await RestartAsync(workflow.First);
        var cancelled = await Host.Engine.CancelAsync(EngineHost.TaskId, Stop);
        await Host.UntilAsync(() => Backend.Locked(() => Backend.Holds.Count == 0)
            && Backend.Locked(() => Backend.CancelledGenerations.Count) == bought
            && Backend.Locked(() => Backend.Scenes.Values.Skip(1).All(scene => scene.State.Status == SceneStatus.Cancelled)));

        Assert.Equal(TaskState.Cancelled, cancelled!.State);
        Assert.Equal(TaskState.Cancelled, (await Host.Engine.FindAsync(EngineHost.TaskId, Stop))!.State);
        Assert.Equal((bought, 100L), (Backend.Bought, Backend.Balance));

        Backend.Generate = _ => Backend.Succeeded;
        await RestartAsync(workflow.Both);
        await RunAnotherAsync();
        Assert.Equal(TaskState.Cancelled, (await Host.Engine.FindAsync(EngineHost.TaskId, Stop))!.State);
        Assert.Equal(bought + 2, Backend.Bought);
    }

    [Fact]
    public async Task Health_counts_the_open_tasks_of_each_older_version()
    {
        await StartAndLoseAsync(workflow.First, "submit 2");

        await RestartAsync(workflow.Both, hold: "submit 2");
        var health = await HealthAsync();

        Assert.Equal((HealthStatus.Healthy, "Open tasks: 1 of version 1."), (health.Status, health.Description));
    }

    /// <summary>Half of the tasks.</summary>
    protected static string[] Ids(char first) =>
        [.. Enumerable.Range(1, Tasks / 2).Select(number => $"{first}0000000-0000-4000-8000-{number:D12}")];

    protected async Task<TaskState[]> StatesAsync(string[] ids) =>
        [.. (await Task.WhenAll(ids.Select(id => Host.Engine.FindAsync(id, Stop)))).Select(task => task!.State)];

    /// <summary>Waits until all have ended, as completed.</summary>
    protected async Task EndAsync(string[] ids)
    {
        var states = Array.Empty<TaskState>();
        await Patience.UntilAsync(
            async () => (states = await StatesAsync(ids)).All(state => state.IsFinal()),
            () => string.Join(", ", states.CountBy(state => state)),
            Stop);
        Assert.All(states, state => Assert.Equal(TaskState.Completed, state));
    }

    private Task<HealthCheckResult> HealthAsync() =>
        new WorkflowHealthCheck(Host.Engine, Host.Versions).CheckHealthAsync(new HealthCheckContext(), Stop);

    /// <summary>Starts a task of three scenes, one image at a time, and loses the host before an act takes effect.</summary>
    private async Task StartAndLoseAsync(WorkflowVersions versions, string stage)
    {
        await RestartAsync(versions, stage);
        await Host.StartAsync(scenes: 3, parallel: 1);
        await Host.UntilAsync(() => Backend.Count(stage) > 0);
    }

    private async Task RestartAsync(WorkflowVersions versions, string? hold = null)
    {
        Backend.Crash();
        var never = new TaskCompletionSource();
        Backend.Before = act => act == hold ? never.Task : Task.CompletedTask;
        Host.Versions = versions;
        await Host.RestartAsync();
        await Host.WakeAsync();
    }

    /// <summary>When this has ended, what the host does with the tasks before it has been done, too.</summary>
    private async Task<TaskSnapshot> RunAnotherAsync()
    {
        await Host.Engine.StartAsync(OtherId, EngineHost.Input(scenes: 3), Stop);
        return await Host.EndOfAsync(OtherId);
    }

    private void AssertPaidOnce()
    {
        Assert.Equal((4, 92L, 4), (Backend.Bought, Backend.Balance, Backend.Charges.Count));
        Assert.Empty(Backend.Holds);
    }
}
