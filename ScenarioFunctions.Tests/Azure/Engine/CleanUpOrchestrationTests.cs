using Microsoft.DurableTask;
using Moq;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Engine;
using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Azure.Engine;

/// <summary>What cleans up after a cancelled task on Azure: its passes, and when it begins.</summary>
public sealed class CleanUpOrchestrationTests : IAsyncLifetime
{
    private static readonly CleanUpInput Input = new(EngineHost.TaskId, "user-1", CreditsPerImage: 2);
    private readonly DurableEngineHost host = new();
    private readonly Mock<TaskOrchestrationContext> context = new();
    private readonly List<string> calls = [];

    private Backend Backend => host.Backend;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Backend.Generate = _ => Backend.Open;
        // The clock does not wait, so a generation would time out before a busy machine comes to cancel it.
        host.Service = new ServiceSettings { ImageStepBudget = TimeSpan.FromSeconds(30), ImageTimeout = TimeSpan.FromDays(365) };
        await host.InitializeAsync();
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Scenes_that_are_under_way_are_ended_by_the_last_pass_only()
    {
        Assert.True(await RunAsync(_ => false));

        Assert.Equal(["pass", "00:00:15", "pass", "00:02:00", "pass", "00:11:00", "last pass"], calls);
    }

    [Fact]
    public async Task A_last_pass_that_fails_is_repeated_until_it_succeeds()
    {
        Assert.True(await RunAsync(call => call is > 2 and < 6));

        Assert.Equal(["last pass", "00:30:00", "last pass", "00:30:00", "last pass", "00:30:00", "last pass"], calls[6..]);
    }

    [Fact]
    public async Task A_cancel_that_came_after_the_other_passes_has_a_last_pass_when_no_activity_can_run_any_more()
    {
        Assert.True(await RunAsync(_ => false, cancelledFrom: 3));

        Assert.Equal(["last pass", "00:30:00", "last pass"], calls[6..]);
    }

    [Fact]
    public async Task A_task_that_is_not_cancelled_is_left_alone_after_the_last_pass()
    {
        Assert.True(await RunAsync(_ => false, cancelledFrom: 4));

        Assert.Equal("last pass", Assert.Single(calls[6..]));
    }

    [Fact]
    public async Task A_storage_that_is_down_for_a_day_is_given_up()
    {
        Assert.False(await RunAsync(_ => true));

        Assert.Equal(50, calls.Count(call => call.EndsWith("pass", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_last_pass_comes_when_no_activity_can_run_any_more()
    {
        Assert.True(CleanUpOrchestration.Waits[^1] > TimeSpan.FromMinutes(10)); // functionTimeout in host.json
    }

    [Fact]
    public async Task A_cancel_begins_it_and_what_the_storage_refuses_then_is_done_later()
    {
        var failures = 2; // one is of the image step that is under way
        Backend.Before = act => act == "release" && failures-- > 0
            ? Task.FromException(new StorageException("connection refused", isTransient: true)) : Task.CompletedTask;
        host.Hub.LongTimer = CleanUpOrchestration.Waits[1] - TimeSpan.FromSeconds(1); // it must not be through before the task is terminated
        await host.StartAsync(scenes: 2);
        await host.UntilAsync(() => Backend.Count("get 2") > 0);

        await host.Engine.CancelAsync(EngineHost.TaskId, Stop);
        host.Hub.LongTimer = TimeSpan.MaxValue;

        await host.UntilAsync(() => Backend.Locked(() => Backend.Holds.Count == 0));
        Assert.Equal(SceneStatus.Cancelled, Backend.StateOf(EngineHost.TaskId, 2).Status);
        Assert.Equal(["generation-2-1"], Backend.CancelledGenerations);
        var cleanUp = await host.Client.GetInstanceAsync($"{EngineHost.TaskId}:clean-up", Stop);
        Assert.Equal(CleanUpOrchestration.Name, cleanUp?.Name);
        Assert.Single((await host.Engine.ListAsync(new(null, 10, null), Stop)).Tasks);
        Assert.Null(await host.Engine.FindAsync(cleanUp!.InstanceId, Stop));
    }

    [Fact]
    public async Task A_cancel_begins_it_anew_after_one_whose_cancel_failed()
    {
        var failures = 1; // of the image step that is under way
        Backend.Before = act => act == "release" && Interlocked.Decrement(ref failures) >= 0
            ? Task.FromException(new StorageException("connection refused", isTransient: true)) : Task.CompletedTask;
        host.Hub.LongTimer = TimeSpan.MaxValue;
        await host.StartAsync(scenes: 2);
        await host.UntilAsync(() => Backend.Count("get 2") > 0);
        await host.Client.ScheduleNewOrchestrationInstanceAsync(
            CleanUpOrchestration.Name, Input, new StartOrchestrationOptions($"{EngineHost.TaskId}:clean-up"), Stop);
        await host.Client.WaitForInstanceCompletionAsync($"{EngineHost.TaskId}:clean-up", Stop);
        Assert.NotEmpty(Backend.Locked(() => Backend.Holds));

        await host.Engine.CancelAsync(EngineHost.TaskId, Stop);

        await host.UntilAsync(() => Backend.Locked(() => Backend.Holds.Count == 0));
        Assert.Equal(SceneStatus.Cancelled, Backend.StateOf(EngineHost.TaskId, 2).Status);
    }

    [Fact]
    public async Task An_order_that_could_not_be_recorded_has_one_of_its_own()
    {
        Backend.Before = act => act == "update 2"
            ? Task.FromException(new StorageException("connection refused", isTransient: true)) : Task.CompletedTask;
        await host.StartAsync(scenes: 2);
        await host.UntilAsync(() => Backend.Count("find 2") > 1); // the order is in the history by now

        var kept = await host.Client.GetInstanceAsync($"{EngineHost.TaskId}:clean-up:2:1:2", getInputsAndOutputs: true, Stop);

        var order = kept!.ReadInputAs<CleanUpInput>()!.Order!;
        Assert.Equal((2, "generation-2-1"), (order.SceneNumber, order.Carried!.Unsaved!.GenerationId));
    }

    /// <param name="fails">Whether a pass fails, by its number from 0.</param>
    /// <param name="cancelledFrom">The pass that is the first to find the task cancelled.</param>
    private Task<bool> RunAsync(Predicate<int> fails, int cancelledFrom = 0)
    {
        var passes = 0;
        context.Setup(c => c.CreateTimer(It.IsAny<DateTime>(), It.IsAny<CancellationToken>())).Returns(Task.CompletedTask);
        context.Setup(c => c.CreateTimer(It.IsAny<TimeSpan>(), It.IsAny<CancellationToken>()))
            .Callback((TimeSpan wait, CancellationToken _) => calls.Add($"{wait}")).Returns(Task.CompletedTask);
        context.Setup(c => c.CallActivityAsync<StepResult<CleanedUp>>(
                It.IsAny<TaskName>(), It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
            .Returns((TaskName _, object? input, TaskOptions? _) =>
            {
                var pass = passes++;
                calls.Add(((CleanUpInput)input!).EndsScenes ? "last pass" : "pass");
                return fails(pass)
                    ? Task.FromException<StepResult<CleanedUp>>(new TaskFailedException("CleanUp", 1, new InvalidOperationException()))
                    : Task.FromResult(new StepResult<CleanedUp>(new CleanedUp(pass >= cancelledFrom)));
            });
        return CleanUpOrchestration.RunAsync(context.Object, Input);
    }
}
