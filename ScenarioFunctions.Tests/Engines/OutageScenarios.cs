using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Engines;

/// <summary>RunwayML, the database and the disk are down for a while, or for good, on either engine.</summary>
public abstract class OutageScenarios(EngineHost host) : EngineScenarios(host)
{
    /// <summary>More than one run of the step tries.</summary>
    private const int Many = 60;

    [Fact]
    public async Task While_RunwayML_takes_no_orders_they_are_tried_again_and_the_progress_says_so()
    {
        var (messageDuring, messageAfter) = ("", "");
        Backend.Before = async act =>
        {
            if (act == "submit 2" && Backend.Count(act) <= 8)
            {
                messageDuring = Backend.Count(act) == 8 ? await MessageAsync() : messageDuring;
                throw new ImageServiceException(ImageServiceFailure.Unavailable, "HTTP 503");
            }

            if (act == "get 2")
            {
                messageAfter = await MessageAsync();
            }
        };

        var task = await Host.RunAsync(scenes: 2);

        Assert.Equal((TaskState.Completed, SceneStatus.Completed), (task.State, task.Result!.Scenes[1].Status));
        Assert.Equal((1, 98), (Backend.Bought, Backend.Balance));
        Assert.Equal("RunwayML does not answer; trying again", messageDuring);
        Assert.Equal("Generating images: 0 of 1 done", messageAfter);
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(60, 8, 15)]
    [InlineData(300, 30, 50)]
    public async Task RunwayML_that_stays_down_is_given_up_when_the_patience_is_over(int seconds, int fewest, int most)
    {
        Host.Runway = Host.Runway with { Patience = TimeSpan.FromSeconds(seconds) };
        await Host.RestartAsync();
        Fail("submit 2", () => new ImageServiceException(ImageServiceFailure.Unavailable, "HTTP 503"));

        var task = await Host.RunAsync(scenes: 2);

        Assert.Equal(TaskState.Completed, task.State);
        var scene = task.Result!.Scenes[1];
        Assert.Equal((SceneReason.ImageServiceUnavailable, "HTTP 503"), (scene.Reason, scene.Note));
        Assert.Equal((0, 100), (Backend.Bought, Backend.Balance));
        Assert.InRange(Backend.Count("submit 2"), fewest, most);
        Assert.InRange(Backend.Count("find 2"), 1, 4); // few runs of the step: histories stay short
    }

    [Theory]
    [InlineData("download")]
    [InlineData("store 2")]
    [InlineData("charge 2")]
    public async Task An_image_that_comes_as_its_time_is_over_is_not_lost_to_a_fault_of_some_seconds(string act)
    {
        Host.Service = new ServiceSettings { ImageTimeout = TimeSpan.FromSeconds(1), ImageStepBudget = TimeSpan.FromSeconds(1) };
        await Host.RestartAsync();
        Fail(act, () => Backend.Count(act) <= 3 ? new StorageException("connection refused", isTransient: true) : null);

        var task = await Host.RunAsync(scenes: 2);

        Assert.Equal((SceneStatus.Completed, 98L), (task.Result!.Scenes[1].Status, Backend.Balance));
    }

    [Fact]
    public async Task A_restart_in_an_outage_of_RunwayML_goes_on_waiting()
    {
        var isDown = true;
        Backend.Before = act => act != "submit 2" || !isDown ? Task.CompletedTask
            : Backend.Count("submit 2") < 5 ? Task.FromException(new ImageServiceException(ImageServiceFailure.Unavailable, "HTTP 503"))
            : new TaskCompletionSource().Task; // the patience would soon be over, on a clock that does not wait
        Host.Runway = Host.Runway with { Patience = TimeSpan.FromDays(1) };
        await Host.RestartAsync();
        await Host.StartAsync(scenes: 2);
        await Host.UntilAsync(() => Backend.Count("submit 2") >= 5);
        Backend.Crash();
        isDown = false;

        await Host.RestartAsync();
        var task = await Host.EndAsync();

        Assert.Equal((TaskState.Completed, SceneStatus.Completed), (task.State, task.Result!.Scenes[1].Status));
        Assert.Equal((1, 98), (Backend.Bought, Backend.Balance));
    }

    [Fact]
    public async Task An_exhausted_account_ends_every_scene_that_is_left_and_asks_no_more()
    {
        Backend.Before = act => act.StartsWith("submit", StringComparison.Ordinal) && act is not ("submit 2" or "submit 3")
            ? Task.FromException(new ImageServiceException(ImageServiceFailure.AccountExhausted, "Too few credits."))
            : Task.CompletedTask;

        var task = await Host.RunAsync(scenes: 20, parallel: 2);

        Assert.Equal((TaskState.Completed, 2), (task.State, task.Result!.ImagesGenerated));
        Assert.InRange(Backend.Acts.Count(act => act.StartsWith("submit", StringComparison.Ordinal)), 3, 4);
        Assert.All(Enumerable.Range(4, 17), scene =>
        {
            var progress = task.Result.Scenes[scene - 1];
            var row = Backend.StateOf(EngineHost.TaskId, scene);
            Assert.Equal((SceneReason.ImageServiceUnavailable, "Too few credits."), (progress.Reason, progress.Note));
            Assert.Equal((SceneStatus.Skipped, progress.Reason, progress.Note), (row.Status, row.Reason, row.Note));
        });
    }

    [Theory]
    [InlineData("find 2")]
    [InlineData("update 2")]
    [InlineData("store 2")]
    [InlineData("charge 2")]
    [InlineData("download")]
    public async Task A_long_outage_of_the_storage_costs_nothing_but_time(string act)
    {
        var failures = Many;
        Fail(act, () => failures-- <= 0 ? null
            : act == "download" ? new ImageServiceException(ImageServiceFailure.Unavailable, "HTTP 503")
            : new StorageException("No space left on device", isTransient: true));

        var task = await Host.RunAsync(scenes: 2);

        Assert.Equal((TaskState.Completed, SceneStatus.Completed), (task.State, task.Result!.Scenes[1].Status));
        Assert.Equal((1, 98), (Backend.Bought, Backend.Balance));
        Assert.Empty(Backend.CancelledGenerations);
        Assert.InRange(Backend.Count("find 2"), act == "find 2" ? Many : 2, Many + 10);
    }

    [Fact]
    public async Task An_image_that_could_not_be_recorded_is_not_bought_again_after_a_restart()
    {
        var isDown = true;
        Backend.Before = act => act != "update 2" || !isDown ? Task.CompletedTask
            : Backend.Count("find 2") < 2 ? Task.FromException(new StorageException("connection refused", isTransient: true))
            : new TaskCompletionSource().Task; // the scene's time would soon be over, on a clock that does not wait
        await Host.StartAsync(scenes: 2);
        await Host.UntilAsync(() => Backend.Count("find 2") >= 2); // the id is in the journal by now
        Backend.Crash();
        isDown = false;

        await Host.RestartAsync();
        var task = await Host.EndAsync();

        Assert.Equal((TaskState.Completed, null), (task.State, task.Error));
        Assert.Equal(SceneStatus.Completed, task.Result!.Scenes[1].Status);
        Assert.Equal((1, 98), (Backend.Bought, Backend.Balance));
    }

    [Theory]
    [InlineData(ImageServiceFailure.OutcomeUnknown, SceneReason.OutcomeUnknown)]
    [InlineData(ImageServiceFailure.Refused, SceneReason.GenerationFailed)]
    public async Task An_end_that_could_not_be_recorded_is_not_followed_by_another_order(
        ImageServiceFailure failure, SceneReason reason)
    {
        var failures = 20;
        Backend.Before = act => act switch
        {
            "submit 2" => Task.FromException(new ImageServiceException(failure, "no")),
            "update 2" when failures-- > 0 => Task.FromException(new StorageException("refused", isTransient: true)),
            _ => Task.CompletedTask,
        };

        var task = await Host.RunAsync(scenes: 2);

        Assert.Equal((TaskState.Completed, reason), (task.State, task.Result!.Scenes[1].Reason));
        Assert.Equal(reason, Backend.StateOf(EngineHost.TaskId, 2).Reason);
        Assert.Equal(1, Backend.Count("submit 2"));
    }

    [Theory]
    [InlineData("find 2")]
    [InlineData("update 2")]
    [InlineData("charge 2")]
    public async Task A_database_that_stays_down_fails_the_task_when_the_scenes_time_is_over(string act)
    {
        Fail(act, () => new StorageException("connection refused", isTransient: true));

        var task = await Host.RunAsync(scenes: 2);

        Assert.Equal((TaskState.Failed, TaskErrorCodes.GenerateSceneImageFailed), (task.State, task.Error?.Code));
        Assert.EndsWith(" failed: connection refused", task.Error!.Message, StringComparison.Ordinal);
        Assert.InRange(Backend.Count(act), 180, 300); // in 30 minutes
        Assert.InRange(Backend.Bought, 0, 1);
    }

    private async Task<string> MessageAsync() =>
        (await Host.Engine.FindAsync(EngineHost.TaskId, CancellationToken.None))!.Progress.Message;

    private void Fail(string act, Func<Exception?> failure) => Backend.Before = one =>
        one == act && failure() is { } exception ? Task.FromException(exception) : Task.CompletedTask;
}
