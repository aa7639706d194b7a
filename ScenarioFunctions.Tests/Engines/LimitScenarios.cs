using ScenarioFunctions.Chaos;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Engines;

/// <summary>What images cost at RunwayML, and the limits upon it, on either engine. An image is estimated at 8 credits.</summary>
public abstract class LimitScenarios(EngineHost host) : EngineScenarios(host)
{
    [Fact]
    public async Task What_RunwayML_asked_is_kept_per_scene_and_told_per_task()
    {
        Backend.Generate = look => look.Scene switch
        {
            2 => Backend.Succeeded with { Credits = 5 },
            3 => new Generation(GenerationState.Failed, Failure: GenerationFailure.ContentRejected, Credits: 7),
            4 when look.Generation == 1 => new Generation(GenerationState.Failed, Failure: GenerationFailure.Temporary, Credits: 0),
            4 => Backend.Succeeded with { Credits = 6 },
            _ => Backend.Succeeded,
        };

        var task = await Host.RunAsync(scenes: 5, parallel: 1);

        Assert.Equal([null, 5, 7, 6, 8], Enumerable.Range(1, 5).Select(scene => Row(scene).ServiceCredits));
        Assert.Equal((26, 26), (task.Result!.ImageServiceCredits, task.Progress.ImageServiceCredits));
    }

    [Fact]
    public async Task A_crash_between_two_generations_loses_neither_the_cost_nor_the_number_of_the_first()
    {
        Backend.Generate = _ => new Generation(GenerationState.Failed, Failure: GenerationFailure.Temporary, Credits: 7);
        var updates = 0;
        Backend.After = act =>
        {
            if (act != "update 2" || Interlocked.Increment(ref updates) != 2) // the second forgets the failed generation
            {
                return Task.CompletedTask;
            }

            Backend.Crash();
            return new TaskCompletionSource().Task;
        };
        await Host.StartAsync(scenes: 2);
        await Backend.Crashed.WaitAsync(Patience.Limit, Stop);

        await Host.RestartAsync();
        await Host.EndAsync();

        Assert.Equal(SceneGenerator.MaxGenerations, Backend.Bought);
        Assert.Equal(
            (SceneReason.GenerationFailed, SceneGenerator.MaxGenerations, 7 * SceneGenerator.MaxGenerations),
            (Row(2).Reason, Row(2).Attempt, Row(2).ServiceCredits));
    }

    [Theory]
    [InlineData(7, null, 0)]
    [InlineData(8, null, 1)]
    [InlineData(30, null, 3)]
    [InlineData(null, 32, 4)]
    [InlineData(100, 20, 2)]
    public async Task No_image_is_ordered_that_would_cost_more_than_the_limit(int? perTask, int? perDay, int bought)
    {
        Host.Runway = Host.Runway with { MaxCreditsPerTask = perTask, MaxCreditsPerDay = perDay };
        await Host.RestartAsync();

        var task = await Host.RunAsync(scenes: 12, parallel: 5);

        Assert.Equal((TaskState.Completed, bought), (task.State, task.Result!.ImagesGenerated));
        AssertLimited(task, bought, "RunwayML credits per");
    }

    [Fact]
    public async Task While_an_order_takes_long_the_steps_that_wait_for_it_end_in_time_and_no_image_is_lost()
    {
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Host.Runway = Host.Runway with { MaxCreditsPerDay = 1_000 };
        Host.Service = Host.Service with { ImageTimeout = TimeSpan.FromDays(365) };
        await Host.RestartAsync();
        Backend.Before = act => act.StartsWith("submit", StringComparison.Ordinal) ? answer.Task : Task.CompletedTask;
        await Host.StartAsync(scenes: 4);
        await Host.UntilAsync(() => Count("submit") == 1 && Count("find ") == 3);

        await Host.UntilAsync(() =>
        {
            Host.Time.Advance(Host.Service.ImageStepBudget);
            Host.Time.Fire(ImageTurn.LookInterval);
            return Count("find ") >= 5;
        });

        answer.SetResult();
        Assert.Equal(3, (await Host.EndAsync()).Result!.ImagesGenerated);
        Assert.Equal(3, Backend.Bought);

        int Count(string act) => Backend.Acts.Count(one => one.StartsWith(act, StringComparison.Ordinal));
    }

    [Fact]
    public async Task So_many_rejected_images_end_a_users_orders()
    {
        Host.Service = Host.Service with { MaxRejectionsPerUserPerDay = 3 };
        await Host.RestartAsync();
        Backend.Generate = _ => new Generation(GenerationState.Failed, Failure: GenerationFailure.ContentRejected);

        var task = await Host.RunAsync(scenes: 12, parallel: 1);

        Assert.Equal(TaskState.Completed, task.State);
        AssertLimited(task, 3, "RunwayML has rejected 3 images of this user in 24 hours, and 3 are allowed.");
    }

    [Fact]
    public async Task RunwayML_has_no_more_orders_at_a_time_than_it_can_work_on_and_one_more()
    {
        Backend.Concurrency = 2;
        var (done, most) = (0, 0);
        Backend.Generate = _ =>
        {
            most = Math.Max(most, Backend.Looks.Count - done++);
            return Backend.Succeeded;
        };

        var task = await Host.RunAsync(scenes: 13, parallel: 12);

        Assert.Equal(12, task.Result!.ImagesGenerated);
        Assert.InRange(most, 1, 3);
    }

    private void AssertLimited(TaskSnapshot task, int bought, string note)
    {
        Assert.Equal(bought, Backend.Bought);
        var limited = task.Result!.Scenes.Where(scene => scene.Reason == SceneReason.LimitReached).ToList();
        Assert.Equal(11 - bought, limited.Count);
        Assert.All(limited, scene =>
        {
            Assert.Contains(note, scene.Note, StringComparison.Ordinal);
            Assert.Equal((SceneStatus.Skipped, scene.Reason, scene.Note), (
                Row(scene.SceneNumber).Status, Row(scene.SceneNumber).Reason, Row(scene.SceneNumber).Note));
        });
    }

    private SceneState Row(int scene) => Backend.StateOf(EngineHost.TaskId, scene);
}
