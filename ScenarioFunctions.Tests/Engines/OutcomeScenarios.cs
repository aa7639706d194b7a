using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Engines;

/// <summary>What a run comes to, on either engine.</summary>
public abstract class OutcomeScenarios(EngineHost host) : EngineScenarios(host)
{
    [Fact]
    public async Task Every_scene_but_the_first_gets_its_image_and_each_is_charged_once()
    {
        var task = await Host.RunAsync(scenes: 5, parallel: 2);

        Assert.Equal(TaskState.Completed, task.State);
        Assert.Equal((4, 8), (task.Result!.ImagesGenerated, task.Result.CreditsCharged));
        Assert.Equal(ScenarioIds.Scenario(EngineHost.TaskId), task.Result.ScenarioId);
        Assert.Equal((SceneStatus.Skipped, SceneReason.FirstScene), Of(task, 1));
        Assert.All(task.Result.Scenes.Skip(1), scene => Assert.Equal(
            (SceneStatus.Completed, $"https://store.test/generated-content/scenes/scene_generation-{scene.SceneNumber}-1.png"),
            (scene.Status, scene.ImageUrl)));
        Assert.Equal(100, task.Progress.Percent);
        Assert.Equal(task.Result.Scenes, task.Progress.Scenes);
        Assert.Equal(4, Backend.Bought);
        Assert.Equal(92, Backend.Balance);
        Assert.All(Enumerable.Range(2, 4), scene => Assert.Equal(SceneStatus.Completed, Row(scene).Status));
    }

    [Fact]
    public async Task One_scene_has_its_image_already_so_no_credits_are_asked_for()
    {
        var task = await Host.RunAsync(scenes: 1);

        Assert.Equal(TaskState.Completed, task.State);
        Assert.Equal(["save_scenario", "save_scenes"], Backend.Acts);
        Assert.Equal(0, task.Result!.ImagesGenerated);
    }

    [Fact]
    public async Task The_image_that_the_first_scene_has_already_is_told_and_stored()
    {
        const string url = "https://cdn.example.com/first.png";
        var input = EngineHost.Input(scenes: 2);
        var scenes = input.Scenario.Scenes;
        await Host.Engine.StartAsync(
            EngineHost.TaskId,
            input with { Scenario = input.Scenario with { Scenes = [scenes[0] with { ImageUrl = url }, scenes[1]] } },
            CancellationToken.None);

        var task = await Host.EndAsync();

        Assert.Equal(new SceneProgress(1, SceneStatus.Skipped, url, SceneReason.FirstScene), task.Result!.Scenes[0]);
        Assert.Equal(url, Row(1).ImageUrl);
        Assert.Equal(1, Backend.Bought);
    }

    [Fact]
    public async Task A_scene_without_a_prompt_is_skipped_and_its_image_is_not_asked_for_nor_held()
    {
        Backend.Balance = 4;
        var input = EngineHost.Input(scenes: 4);
        var scenes = input.Scenario.Scenes.Select(scene => scene.SceneNumber == 3 ? scene with { ImagePrompt = " " } : scene);
        await Host.Engine.StartAsync(
            EngineHost.TaskId, input with { Scenario = input.Scenario with { Scenes = [.. scenes] } }, CancellationToken.None);

        var task = await Host.EndAsync();

        Assert.Equal((SceneStatus.Skipped, SceneReason.NoImagePrompt), Of(task, 3));
        Assert.Equal((SceneStatus.Skipped, SceneReason.NoImagePrompt), (Row(3).Status, Row(3).Reason));
        Assert.Equal((2, 0), (task.Result!.ImagesGenerated, Backend.Balance));
        Assert.Equal("Scenario saved; 2 of 2 images made", task.Progress.Message);
    }

    [Fact]
    public async Task A_scene_that_says_its_own_size_gets_it_and_the_others_that_of_the_scenario()
    {
        var input = EngineHost.Input(scenes: 3);
        var scenes = input.Scenario.Scenes.Select(scene => scene.SceneNumber == 2 ? scene with { Resolution = "16:9" } : scene);
        await Host.Engine.StartAsync(
            EngineHost.TaskId, input with { Scenario = input.Scenario with { Scenes = [.. scenes] } }, CancellationToken.None);

        await Host.EndAsync();

        Assert.Equal(["1920:1080", "1080:1920"], Backend.Ratios.OrderBy(ratio => ratio.Key).Select(ratio => ratio.Value));
    }

    [Fact]
    public async Task A_balance_one_credit_short_makes_no_image_at_all()
    {
        Backend.Balance = 5;

        var task = await Host.RunAsync(scenes: 4);

        Assert.Equal(TaskState.Completed, task.State);
        Assert.Equal(0, Backend.Bought);
        Assert.All([2, 3, 4], scene =>
        {
            Assert.Equal((SceneStatus.Skipped, SceneReason.InsufficientCredits), Of(task, scene));
            Assert.Equal(SceneReason.InsufficientCredits, Row(scene).Reason);
        });
    }

    [Theory]
    [InlineData(ImageServiceFailure.Misconfigured, SceneReason.ImageServiceUnavailable)]
    [InlineData(ImageServiceFailure.Refused, SceneReason.GenerationFailed)]
    [InlineData(ImageServiceFailure.OutcomeUnknown, SceneReason.OutcomeUnknown)]
    public async Task A_create_that_fails_skips_its_scene_and_the_others_go_on(ImageServiceFailure failure, SceneReason reason)
    {
        Fail("submit 2", () => new ImageServiceException(failure, "no"));

        await SkippedForAsync(reason);
        Assert.Equal(1, Backend.Count("submit 2"));
    }

    [Theory]
    [InlineData(GenerationFailure.ContentRejected, SceneReason.ContentRejected, 1)]
    [InlineData(GenerationFailure.Permanent, SceneReason.GenerationFailed, 1)]
    [InlineData(GenerationFailure.Temporary, SceneReason.GenerationFailed, 3)]
    public async Task A_generation_that_fails_for_good_skips_its_scene(GenerationFailure failure, SceneReason reason, int submits)
    {
        Backend.Generate = look => look.Scene == 2
            ? new Generation(GenerationState.Failed, Failure: failure)
            : Backend.Succeeded;

        await SkippedForAsync(reason);
        Assert.Equal(submits, Backend.Count("submit 2"));
    }

    [Fact]
    public async Task A_scene_that_is_rejected_is_noted_with_the_part_at_fault()
    {
        Backend.Generate = _ => new Generation(
            GenerationState.Failed, Failure: GenerationFailure.ContentRejected, Note: "The reference image.");

        var task = await Host.RunAsync(scenes: 2);

        Assert.Equal("The reference image.", task.Result!.Scenes[1].Note);
        Assert.Equal("The reference image.", Row(2).Note);
    }

    [Fact]
    public async Task A_generation_that_fails_for_a_passing_reason_is_made_again_and_charged_once()
    {
        Backend.Generate = look => look.Generation == 1
            ? new Generation(GenerationState.Failed, Failure: GenerationFailure.Temporary)
            : Backend.Succeeded;

        var task = await Host.RunAsync(scenes: 2);

        Assert.Equal(SceneStatus.Completed, task.Result!.Scenes[1].Status);
        Assert.Equal(2, Backend.Bought);
        Assert.Equal([$"{ScenarioIds.Scene(EngineHost.TaskId, 2)}:1"], Backend.Charges.Keys);
    }

    [Fact]
    public async Task An_image_that_cannot_be_stored_skips_its_scene_uncharged()
    {
        Fail("store 2", () => new StorageException("no", isTransient: false));

        await SkippedForAsync(SceneReason.StorageFailed);
    }

    [Fact]
    public async Task An_image_that_could_not_be_stored_until_after_a_cancel_ends_its_scene_as_cancelled()
    {
        Backend.Before = async act =>
        {
            if (act == "store 2")
            {
                await Host.Engine.CancelAsync(EngineHost.TaskId, CancellationToken.None);
                Host.Time.Advance(SceneImageRun.Longest);
                throw new StorageException("No space left on device", isTransient: true);
            }
        };

        await Host.StartAsync(scenes: 2);
        await Host.UntilAsync(() => Backend.Locked(() => Backend.Scenes.Values.Any(scene => scene.Scene.SceneNumber == 2 && !scene.State.Status.IsInProgress())));

        Assert.Equal(SceneStatus.Cancelled, Row(2).Status);
    }

    [Fact]
    public async Task An_image_that_cannot_be_charged_is_removed_and_its_scene_skipped()
    {
        Backend.Unchargeable.Add(2);

        await SkippedForAsync(SceneReason.ChargeFailed);
        Assert.Single(Backend.Images);
    }

    [Fact]
    public async Task An_image_whose_charge_the_ledger_refuses_with_an_error_is_removed_and_its_scene_skipped()
    {
        Fail("charge 2", () => new StorageException("This account is closed.", isTransient: false) { IsRefusal = true });

        await SkippedForAsync(SceneReason.ChargeFailed);
        Assert.Single(Backend.Images);
    }

    [Fact]
    public async Task A_ledger_that_cannot_be_called_for_a_while_loses_no_image()
    {
        var failures = 20;
        Fail("charge 2", () => failures-- > 0 ? new StorageException("permission denied", isTransient: false) : null);

        var task = await Host.RunAsync(scenes: 2);

        Assert.Equal(SceneStatus.Completed, task.Result!.Scenes[1].Status);
        Assert.Equal((1, 1), (Backend.Bought, Backend.Charges.Count));
    }

    [Fact]
    public async Task A_ledger_that_stays_out_of_reach_fails_the_task_and_its_resume_charges_the_image()
    {
        Fail("charge 2", () => new StorageException("permission denied", isTransient: false));
        var failed = await Host.RunAsync(scenes: 2);
        Assert.Equal((TaskState.Failed, TaskErrorCodes.GenerateSceneImageFailed), (failed.State, failed.Error?.Code));

        Backend.Before = _ => Task.CompletedTask;
        await Host.Engine.ResumeAsync(EngineHost.TaskId, TestContext.Current.CancellationToken);
        var task = await Host.EndOfAsync(EngineHost.TaskId);

        Assert.Equal(SceneStatus.Completed, task.Result!.Scenes[1].Status);
        Assert.Equal((1, 1), (Backend.Bought, Backend.Charges.Count));
    }

    [Fact]
    public async Task A_generation_that_takes_longer_than_one_step_is_followed_by_the_next()
    {
        Backend.Generate = look => look.Look <= 120 ? Backend.Open : Backend.Succeeded;

        var task = await Host.RunAsync(scenes: 2);

        Assert.Equal(SceneStatus.Completed, task.Result!.Scenes[1].Status);
        Assert.Equal(1, Backend.Bought);
        Assert.InRange(Backend.Count("find 2"), 2, 5);
    }

    [Fact]
    public async Task A_generation_that_never_ends_is_given_up_cancelled_and_not_charged()
    {
        Backend.Generate = look => look.Scene == 2 ? Backend.Open : Backend.Succeeded;

        await SkippedForAsync(SceneReason.TimedOut);
        Assert.Contains("generation-2-1", Backend.CancelledGenerations);
    }

    [Theory]
    [InlineData("save_scenario", TaskErrorCodes.SaveScenarioFailed)]
    [InlineData("save_scenes", TaskErrorCodes.SaveScenesFailed)]
    [InlineData("hold", TaskErrorCodes.CheckCreditsFailed)]
    [InlineData("find 2", TaskErrorCodes.GenerateSceneImageFailed)]
    public async Task A_database_that_refuses_fails_the_task_at_once_and_names_the_stage(string act, string code)
    {
        Fail(act, () => new StorageException("relation does not exist", isTransient: false));

        var task = await Host.RunAsync(scenes: 2);

        Assert.Equal((TaskState.Failed, code), (task.State, task.Error?.Code));
        Assert.EndsWith(" failed: relation does not exist", task.Error!.Message, StringComparison.Ordinal);
        Assert.Empty(Backend.Holds);
        Assert.Equal(1, Backend.Count(act));
    }

    [Theory]
    [InlineData("save_scenario", TaskErrorCodes.SaveScenarioFailed, 5)]
    [InlineData("save_scenes", TaskErrorCodes.SaveScenesFailed, 5)]
    [InlineData("hold", TaskErrorCodes.CheckCreditsFailed, 5)]
    public async Task A_database_that_stays_down_fails_the_task_after_every_retry(string act, string code, int tries)
    {
        Fail(act, () => new StorageException("connection refused", isTransient: true));

        var task = await Host.RunAsync(scenes: 2);

        Assert.Equal((TaskState.Failed, code), (task.State, task.Error?.Code));
        Assert.EndsWith(" failed: connection refused", task.Error!.Message, StringComparison.Ordinal);
        Assert.Empty(Backend.Holds);
        Assert.Equal(tries, Backend.Count(act));
    }

    [Theory]
    [InlineData("save_scenario")]
    [InlineData("save_scenes")]
    [InlineData("hold")]
    [InlineData("find 2")]
    [InlineData("update 2")]
    [InlineData("charge 2")]
    [InlineData("release")]
    public async Task A_database_that_comes_back_in_time_costs_nothing_but_time(string act)
    {
        var failures = 2;
        Fail(act, () => failures-- > 0 ? new StorageException("connection refused", isTransient: true) : null);

        var task = await Host.RunAsync(scenes: 2);

        Assert.Equal(TaskState.Completed, task.State);
        Assert.Equal((1, 98), (Backend.Bought, Backend.Balance));
        Assert.Empty(Backend.Holds);
    }

    [Fact]
    public async Task No_more_images_are_under_way_at_once_than_the_task_allows()
    {
        var (underWay, most) = (0, 0);
        Backend.Before = async act =>
        {
            if (act.StartsWith("submit", StringComparison.Ordinal))
            {
                most = Math.Max(most, Interlocked.Increment(ref underWay));
                await Task.Yield();
            }
            else if (act.StartsWith("charge", StringComparison.Ordinal))
            {
                Interlocked.Decrement(ref underWay);
            }
        };

        var task = await Host.RunAsync(scenes: 12, parallel: 3);

        Assert.Equal(11, task.Result!.ImagesGenerated);
        Assert.InRange(most, 1, 3);
    }

    [Fact]
    public async Task A_second_start_under_the_same_id_leaves_the_first_as_it_is()
    {
        var first = await Host.RunAsync(scenes: 3);
        var acts = Backend.Acts.Count;

        var second = await Host.Engine.StartAsync(
            EngineHost.TaskId, EngineHost.Input(5) with { RequestHash = "other" }, CancellationToken.None);

        Assert.Equal((TaskState.Completed, "hash-1", 3), (second.State, second.RequestHash, second.SceneCount));
        Assert.Equal(first.CreatedAt, second.CreatedAt);
        Assert.Equal(acts, Backend.Acts.Count);
    }

    [Fact]
    public async Task Of_twenty_starts_at_once_under_one_id_one_runs()
    {
        var starts = await Task.WhenAll(Enumerable.Range(1, 20).Select(number => Task.Run(() => Host.Engine.StartAsync(
            EngineHost.TaskId, EngineHost.Input(3) with { RequestHash = $"hash-{number}" }, CancellationToken.None))));
        var task = await Host.EndAsync();

        Assert.All(starts, start => Assert.Equal(task.RequestHash, start.RequestHash));
        Assert.Equal((2, 96), (Backend.Bought, Backend.Balance));
        Assert.Equal(1, Backend.Count("save_scenario"));
    }

    [Fact]
    public async Task A_hundred_scenes_get_their_images()
    {
        Backend.Balance = 200;

        var task = await Host.RunAsync(scenes: 100);

        Assert.Equal((TaskState.Completed, 99), (task.State, task.Result!.ImagesGenerated));
        Assert.Equal((99, 2), (Backend.Bought, Backend.Balance));
        Assert.All(task.Progress.Scenes.Skip(1), scene => Assert.Equal(SceneStatus.Completed, scene.Status));
    }

    [Fact]
    public async Task A_task_that_nobody_started_is_not_found()
    {
        Assert.Null(await Host.Engine.FindAsync(EngineHost.TaskId, CancellationToken.None));
    }

    private static (SceneStatus Status, SceneReason? Reason) Of(TaskSnapshot task, int scene) =>
        (task.Result!.Scenes[scene - 1].Status, task.Result.Scenes[scene - 1].Reason);

    private SceneState Row(int scene) => Backend.StateOf(EngineHost.TaskId, scene);

    private void Fail(string act, Func<Exception?> failure) => Backend.Before = one =>
        one == act && failure() is { } exception ? Task.FromException(exception) : Task.CompletedTask;

    /// <summary>Scene 2 of three is skipped and not charged; scene 3 is made.</summary>
    private async Task SkippedForAsync(SceneReason reason)
    {
        var task = await Host.RunAsync(scenes: 3);

        Assert.Equal(TaskState.Completed, task.State);
        Assert.Equal((SceneStatus.Skipped, reason), Of(task, 2));
        Assert.Equal((SceneStatus.Skipped, reason), (Row(2).Status, Row(2).Reason));
        Assert.Equal(SceneStatus.Completed, task.Result!.Scenes[2].Status);
        Assert.Equal((1, 2, 98), (task.Result.ImagesGenerated, task.Result.CreditsCharged, Backend.Balance));
    }
}
