using ScenarioFunctions.Chaos;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Engines;

/// <summary>A cancel at each stage of a run, on either engine.</summary>
public abstract class CancelScenarios(EngineHost host) : EngineScenarios(host)
{
    [Theory]
    [InlineData("save_scenario")]
    [InlineData("save_scenes")]
    [InlineData("hold")]
    public async Task Before_the_images_nothing_is_bought(string stage)
    {
        await CancelAtAsync(stage);
        await ReleasedAsync();

        Assert.Equal(0, Backend.Bought);
        Assert.Equal(100, Backend.Balance);
    }

    [Theory]
    [InlineData("find 2", 0)]
    [InlineData("submit 2", 1)]
    [InlineData("get 2", 1)]
    [InlineData("download", 1)]
    [InlineData("store 2", 1)]
    public async Task An_image_under_way_is_cancelled_discarded_and_not_charged(string stage, int submits)
    {
        await CancelAtAsync(stage);
        await Host.UntilAsync(() => Backend.Locked(() => Backend.CancelledGenerations.Count) == submits
            && Backend.StateOf(EngineHost.TaskId, 2).Status == SceneStatus.Cancelled);
        await ReleasedAsync();

        Assert.Equal(submits, Backend.Bought);
        Assert.Empty(Backend.Images);
        Assert.Equal(100, Backend.Balance);
    }

    [Fact]
    public async Task An_image_that_is_stored_and_recorded_is_still_charged_and_stays()
    {
        // Whatever the user spends meanwhile, the image is covered.
        await CancelAtAsync("charge 2", meanwhile: () => Backend.Holds["other"] = Backend.Balance - Backend.Holds[EngineHost.TaskId]);
        await Host.UntilAsync(() => Backend.StateOf(EngineHost.TaskId, 2).Status == SceneStatus.Completed);
        await ReleasedAsync();

        Assert.Equal((1, 98), (Backend.Bought, Backend.Balance));
        Assert.Single(Backend.Images);
    }

    [Fact]
    public async Task A_wait_for_RunwayML_ends_at_the_next_look()
    {
        Backend.Generate = _ => Backend.Open;

        await CancelAtAsync("get 2");

        await Host.UntilAsync(() => Backend.StateOf(EngineHost.TaskId, 2).Status == SceneStatus.Cancelled);
        Assert.Equal(1, Backend.Count("get 2"));
        Assert.Contains("generation-2-1", Backend.CancelledGenerations);
    }

    [Fact]
    public async Task A_scene_that_was_about_to_have_another_generation_ends_and_orders_none()
    {
        Backend.Generate = _ => new Generation(GenerationState.Failed, Failure: GenerationFailure.Temporary);

        await CancelAtAsync("update 2", nth: 2); // the second forgets the failed generation

        await Host.UntilAsync(() => Backend.StateOf(EngineHost.TaskId, 2).Status == SceneStatus.Cancelled);
        await ReleasedAsync();
        Assert.Equal(1, Backend.Bought);
    }

    [Fact]
    public async Task A_second_cancel_finds_the_task_cancelled()
    {
        await CancelAtAsync("hold");

        var again = await Host.Engine.CancelAsync(EngineHost.TaskId, CancellationToken.None);

        Assert.Equal(TaskState.Cancelled, again!.State);
    }

    [Fact]
    public async Task A_completed_task_stays_completed()
    {
        await Host.RunAsync(scenes: 2);

        var task = await Host.Engine.CancelAsync(EngineHost.TaskId, CancellationToken.None);

        Assert.Equal(TaskState.Completed, task!.State);
        Assert.NotNull(task.Result);
    }

    [Fact]
    public async Task A_task_that_nobody_started_cannot_be_cancelled()
    {
        Assert.Null(await Host.Engine.CancelAsync(EngineHost.TaskId, CancellationToken.None));
    }

    [Fact]
    public async Task At_the_release_what_was_made_stays_and_no_hold_does()
    {
        await CancelAtAsync("release", scenes: 2);
        await ReleasedAsync();

        Assert.Equal((1, 98), (Backend.Bought, Backend.Balance));
        Assert.Single(Backend.Images);
    }

    private Task ReleasedAsync() => Host.UntilAsync(
        () => Backend.Count("release") > 0 && Backend.Locked(() => !Backend.Holds.ContainsKey(EngineHost.TaskId)));

    /// <summary>
    /// Cancels and cleans up, as the API does, while the act is about to take effect; the act then goes on, as a real one
    /// would.
    /// </summary>
    private async Task CancelAtAsync(string stage, int nth = 1, int scenes = 3, Action? meanwhile = null)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Backend.Before = act =>
        {
            if (act != stage || Interlocked.Decrement(ref nth) != 0)
            {
                return Task.CompletedTask;
            }

            reached.TrySetResult();
            return goOn.Task;
        };
        await Host.StartAsync(scenes, parallel: 1);
        await reached.Task.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);

        var task = await Host.Engine.CancelAsync(EngineHost.TaskId, CancellationToken.None);
        var connection = new BackendConnection(Backend, Host.Time);
        await new CancelledTasks(connection, connection).CleanUpAsync(EngineHost.TaskId, TestContext.Current.CancellationToken);
        meanwhile?.Invoke();
        goOn.SetResult();

        Assert.Equal(TaskState.Cancelled, task!.State);
        Assert.Equal(TaskState.Cancelled, (await Host.EndAsync()).State);
        Assert.Equal(0, Backend.Count("find 3"));
    }
}
