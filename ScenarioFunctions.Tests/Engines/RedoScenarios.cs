using System.Text.Json;
using ScenarioFunctions.Api;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Engines;

/// <summary>Images that are made again, on either engine.</summary>
public abstract class RedoScenarios(EngineHost host) : EngineScenarios(host)
{
    [Fact]
    public async Task Only_the_chosen_scenes_get_a_new_version_and_are_charged_and_the_old_images_stay()
    {
        await Host.RunAsync(scenes: 4);
        var before = Backend.Images.Count;

        var task = await Host.RedoAsync((1, "Scene 1 anew"), (3, "Scene 3 anew"));

        Assert.Equal(TaskState.Completed, task.State);
        Assert.Equal((TaskTypes.GenerateImages, "2 of 2 images made", 100), (task.TaskType, task.Progress.Message, task.Progress.Percent));
        Assert.Equal((2, 4, 2), (task.Result!.ImagesGenerated, task.Result.CreditsCharged, task.Result.SceneCount));
        Assert.Equal([1, 3], task.Result.Scenes.Select(scene => scene.SceneNumber));
        Assert.Equal(task.Result.Scenes, task.Progress.Scenes);
        Assert.Equal(ScenarioIds.Scenario(EngineHost.TaskId), task.Progress.ScenarioId);
        Assert.Equal((5, 90L, before + 2), (Backend.Bought, Backend.Balance, Backend.Images.Count));
        Assert.Contains($"{ScenarioIds.Scene(EngineHost.TaskId, 3)}:2", Backend.Charges.Keys);
        Assert.Contains($"{ScenarioIds.Scene(EngineHost.TaskId, 1)}:1", Backend.Charges.Keys);
        Assert.Empty(Backend.Holds);
        var read = Backend.Versions.Read(ScenarioIds.Scenario(EngineHost.TaskId))!;
        Assert.Equal(
            ["1:generation-1-1", "1:generation-2-1", "1:generation-3-1", "2:generation-3-2", "1:generation-4-1"],
            read.Images.OrderBy(image => image.State.GenerationId).Select(image => $"{image.Version}:{image.State.GenerationId}"));
        Assert.All(read.Images, image => Assert.Equal((2, "gen4_image", "1080:1920"), (image.State.CreditsCharged, image.State.Model, image.State.Ratio)));
        Assert.EndsWith("generation-3-2.png", read.Scenes[2].State.ImageUrl, StringComparison.Ordinal);
        Assert.Equal((SceneStatus.Completed, null), (read.Scenes[0].State.Status, read.Scenes[0].State.Reason));
    }

    [Fact]
    public async Task What_was_asked_for_anew_is_ordered_with_its_own_model_seed_and_size()
    {
        await Host.RunAsync(scenes: 2);
        ImageRequest? ordered = null;
        Backend.Ordered = request => ordered = request;

        await Host.RedoAsync([(2, "Scene 2 anew")], model: "muse_image", seed: 7, size: "16:9");

        Assert.Equal(("muse_image", "2016:1152", null), (ordered!.Model, ordered.Ratio, ordered.Seed));
        var image = Backend.Versions.Read(ScenarioIds.Scenario(EngineHost.TaskId))!.Images[^1];
        Assert.Equal("The seed was left out: the model muse_image takes none.", image.State.Note);

        await Host.RedoAsync([(2, "Scene 2 again")], model: null, seed: 7, size: "16:9", taskId: "33333333-2222-4333-8444-555555555555");

        Assert.Equal(("gen4_image", "1920:1080", 7L), (ordered.Model, ordered.Ratio, ordered.Seed));
    }

    [Fact]
    public async Task After_topping_up_the_scenes_that_the_credits_were_short_for_get_their_first_version()
    {
        Backend.Balance = 5;
        await Host.RunAsync(scenes: 4);
        Backend.Balance = 6;

        var task = await Host.RedoAsync((2, "Scene 2"), (3, "Scene 3"), (4, "Scene 4"));

        Assert.Equal((TaskState.Completed, 3), (task.State, task.Result!.ImagesGenerated));
        Assert.Equal((3, 0L), (Backend.Bought, Backend.Balance));
        Assert.All([2, 3, 4], scene => Assert.Contains($"{ScenarioIds.Scene(EngineHost.TaskId, scene)}:1", Backend.Charges.Keys));
    }

    /// <summary>Two rejections, a timeout, an outage of two orders, and two that the credits were short for.</summary>
    [Fact]
    public async Task Of_forty_images_one_call_makes_exactly_the_seven_that_are_missing()
    {
        Backend.Generate = look => look switch
        {
            { Scene: 5 or 6, Generation: 1 } => new Generation(GenerationState.Failed, Failure: GenerationFailure.ContentRejected),
            { Scene: 9, Generation: 1 } => Backend.Open,
            _ => Backend.Succeeded,
        };
        Backend.Before = act => act is "submit 13" or "submit 14"
            ? throw new ImageServiceException(ImageServiceFailure.Misconfigured, "HTTP 401")
            : Task.CompletedTask;
        Backend.Unchargeable.Add(40);
        await Host.RunAsync(scenes: 41, parallel: 1);
        var missing = Missing();
        Assert.Equal([5, 6, 9, 13, 14, 40, 41], missing);
        var (bought, charges, orders) = (Backend.Bought, Backend.Charges.Count, Backend.Acts.Count);
        Assert.Equal(33, charges);

        Backend.Before = _ => Task.CompletedTask;
        Backend.Unchargeable.Clear();
        Backend.Balance = 14;
        var task = await Host.RedoAsync([.. missing.Select(scene => (scene, $"Scene {scene}"))]);

        Assert.Equal(7, task.Result!.ImagesGenerated);
        Assert.Equal((bought + 7, charges + 7, 0L), (Backend.Bought, Backend.Charges.Count, Backend.Balance));
        Assert.Equal(
            missing.Select(scene => $"submit {scene}"),
            Backend.Acts.Skip(orders).Where(act => act.StartsWith("submit", StringComparison.Ordinal)));
        Assert.Empty(Missing());
    }

    [Fact]
    public async Task Credits_that_do_not_cover_all_that_is_asked_for_anew_make_no_image()
    {
        Backend.Balance = 9;
        await Host.RunAsync(scenes: 4);

        var task = await Host.RedoAsync((2, "Scene 2"), (3, "Scene 3"));

        Assert.Equal("No image made: that needs 4 credits, and 3 are available", task.Progress.Message);
        Assert.All(task.Result!.Scenes, scene => Assert.Equal(SceneReason.InsufficientCredits, scene.Reason));
        Assert.Equal((3, 3L), (Backend.Bought, Backend.Balance));
        AssertScenesShowTheirFirstImage();
    }

    [Fact]
    public async Task An_image_that_does_not_come_about_leaves_the_old_one_in_its_place_and_costs_nothing()
    {
        await Host.RunAsync(scenes: 3);
        Backend.Generate = look => look.Generation == 2
            ? new Generation(GenerationState.Failed, Failure: GenerationFailure.ContentRejected)
            : Backend.Succeeded;

        var task = await Host.RedoAsync((2, "Scene 2"), (3, "Scene 3"));

        Assert.Equal(TaskState.Completed, task.State);
        Assert.All(task.Result!.Scenes, scene => Assert.Equal((SceneStatus.Skipped, SceneReason.ContentRejected), (scene.Status, scene.Reason)));
        Assert.Equal(96, Backend.Balance);
        Assert.Empty(Backend.Holds);
        AssertScenesShowTheirFirstImage();
    }

    [Fact]
    public async Task A_cancel_ends_what_is_made_anew_and_releases_its_credits()
    {
        await Host.RunAsync(scenes: 3);
        Backend.Generate = _ => Backend.Open;
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var acts = Backend.Acts.Count;
        Backend.Before = act => act == "get 2" ? cancelled.Task : Task.CompletedTask;
        await Host.StartRedoAsync([(2, "Scene 2"), (3, "Scene 3")]);
        await Host.UntilAsync(() => Backend.Acts.Skip(acts).Contains("get 2"));

        var task = await Host.Engine.CancelAsync(EngineHost.RedoId, Stop);
        cancelled.SetResult();

        Assert.Equal(TaskState.Cancelled, task!.State);
        await Host.UntilAsync(() => Backend.Locked(() => Backend.Holds.Count == 0 && Backend.CancelledGenerations.Count == 1));
        Assert.Equal(3, Backend.Bought);
        Assert.Equal(96, Backend.Balance);
        AssertScenesShowTheirFirstImage();
        Assert.All([2, 3], scene => Assert.Equal(SceneStatus.Cancelled, Backend.StateOf(EngineHost.RedoId, scene).Status));
    }

    [Theory]
    [InlineData("submit 2")]
    [InlineData("store 2")]
    public async Task An_image_whose_scenario_is_deleted_while_it_is_made_is_neither_kept_nor_charged(string before)
    {
        await Host.RunAsync(scenes: 2);
        var (bought, images) = (Backend.Bought, Backend.Images.Count);
        Backend.Before = act =>
        {
            Backend.Locked(() => act == before && Backend.Scenes.Remove(ScenarioIds.Scene(EngineHost.RedoId, 2)));
            return Task.CompletedTask;
        };

        var task = await Host.RedoAsync((2, "Scene 2 anew"));

        Assert.Equal((TaskState.Failed, TaskErrorCodes.GenerateSceneImageFailed), (task.State, task.Error!.Code));
        Assert.Contains("its scenario was deleted", task.Error.Message, StringComparison.Ordinal);
        Assert.Equal((bought + 1, images, 1, 98L), (Backend.Bought, Backend.Images.Count, Backend.Charges.Count, Backend.Balance));
        Assert.Equal(["generation-2-2"], Backend.CancelledGenerations);
        Assert.Empty(Backend.Holds);
    }

    [Fact]
    public async Task An_order_that_RunwayML_takes_after_its_scene_was_made_anew_is_cancelled_and_the_new_image_stays()
    {
        var late = await CancelWhileOrderingAsync();
        await Host.RedoAsync((2, "Scene 2 anew"));

        late.SetResult();

        await Host.UntilAsync(() => Backend.Locked(() => Backend.CancelledGenerations.Contains("generation-2-2")));
        AssertTheNewImageIsShown();
    }

    [Fact]
    public async Task An_order_that_RunwayML_takes_while_its_scene_is_made_anew_is_cancelled_and_the_new_image_stays()
    {
        var late = await CancelWhileOrderingAsync();
        var (charging, ending) = (NewSignal(), NewSignal());
        Backend.Before = act => act == "charge 2" ? charging.Task : Task.CompletedTask;
        await Host.StartRedoAsync([(2, "Scene 2 anew")]);
        await Host.UntilAsync(() => Backend.Count("charge 2") == 1);
        var finds = Backend.Count("find 2");
        Backend.Before = act => act == "find 2" ? ending.Task : Task.CompletedTask;

        late.SetResult();
        await Host.UntilAsync(() => Backend.Count("find 2") > finds); // it looks whether the scene has an image before it ends it
        charging.SetResult();
        await Host.EndOfAsync(EngineHost.RedoId);
        ending.SetResult();

        await Host.UntilAsync(() => Backend.Locked(() => Backend.CancelledGenerations.Contains("generation-2-2")));
        AssertTheNewImageIsShown();
    }

    /// <summary>Saves a scenario, and cancels that while the order of its image is on its way.</summary>
    /// <returns>Lets the order arrive.</returns>
    private async Task<TaskCompletionSource> CancelWhileOrderingAsync()
    {
        var late = NewSignal();
        Backend.Before = act => act == "submit 2" ? late.Task : Task.CompletedTask;
        await Host.StartAsync(scenes: 2);
        await Host.UntilAsync(() => Backend.Count("submit 2") == 1);
        await Host.Engine.CancelAsync(EngineHost.TaskId, Stop);
        var id = ScenarioIds.Scene(EngineHost.TaskId, 2);
        Backend.Locked(() => Backend.Scenes[id] = Backend.Scenes[id] with { State = SceneState.Cancelled }); // as the API's cancel does
        Backend.Before = _ => Task.CompletedTask;
        return late;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void AssertTheNewImageIsShown()
    {
        var scene = Backend.StateOf(EngineHost.TaskId, 2);
        Assert.Equal(SceneStatus.Completed, scene.Status);
        Assert.EndsWith("generation-2-1.png", scene.ImageUrl, StringComparison.Ordinal);
        Assert.Equal(["generation-2-2"], Backend.CancelledGenerations);
        Assert.Equal(98, Backend.Balance);
        Assert.Contains("scenes/scene_generation-2-1.png", Backend.Images.Keys);
    }

    private int[] Missing()
    {
        using var body = JsonDocument.Parse("""{"scenes":"missing"}""");
        var stored = Backend.Locked(() => Backend.Versions.Read(ScenarioIds.Scenario(EngineHost.TaskId))!);
        return [.. ImagesRequest.Parse(body.RootElement, stored, new JsonFaults()).Select(one => one.Scene.Scene.SceneNumber)];
    }

    private void AssertScenesShowTheirFirstImage() => Assert.All(
        Backend.Versions.Read(ScenarioIds.Scenario(EngineHost.TaskId))!.Scenes.Skip(1),
        scene => Assert.Equal(
            (SceneStatus.Completed, $"generation-{scene.Scene.SceneNumber}-1"), (scene.State.Status, scene.State.GenerationId)));
}

/// <summary>A host that dies at any act of a redo, and starts again, on either engine.</summary>
public abstract class RedoCrashScenarios(Func<EngineHost> newHost)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_crash_at_any_act_of_a_redo_orders_and_charges_nothing_twice_and_loses_no_version(bool afterEffect)
    {
        var acts = await RunWithoutCrashAsync();
        for (var act = 1; act <= acts.Count; act++)
        {
            await using var host = await SavedAsync();
            host.Backend.CrashAt(act, afterEffect);
            await host.StartRedoAsync([(2, "Scene 2 anew"), (3, "Scene 3 anew")]);
            await host.Backend.Crashed.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);

            await host.RestartAsync();
            var task = await host.EndOfAsync(EngineHost.RedoId);

            // RunwayML takes no key: an order whose record died with the host is the one that is ordered again.
            var lost = (afterEffect ? act : act - 1) is > 0 and var done && acts[done - 1].StartsWith("submit", StringComparison.Ordinal);
            var moment = $"{(afterEffect ? "after" : "before")} {acts[act - 1]} ({act})";
            Assert.True(task.State == TaskState.Completed, $"{moment}: {task.State} {task.Error}");
            Assert.True(host.Backend.Bought == 4 + (lost ? 1 : 0), $"{moment}: {host.Backend.Bought} images were bought");
            Assert.True(host.Backend.Charges.Count == 4, $"{moment}: {host.Backend.Charges.Count} charges");
            Assert.True(host.Backend.Balance == 92, $"{moment}: {host.Backend.Balance} credits are left");
            Assert.True(host.Backend.Holds.Count == 0, $"{moment}: credits are held");
            var read = host.Backend.Versions.Read(ScenarioIds.Scenario(EngineHost.TaskId))!;
            Assert.Equal([1, 1, 2, 2], read.Images.Select(image => image.Version).Order());
            Assert.All(read.Scenes.Skip(1), scene => Assert.Contains(
                read.Images, image => image.Version == 2 && image.SceneId == scene.Id && image.State.ImageUrl == scene.State.ImageUrl));
        }
    }

    private async Task<IReadOnlyList<string>> RunWithoutCrashAsync()
    {
        await using var host = await SavedAsync();
        var before = host.Backend.Acts.Count;
        await host.RedoAsync((2, "Scene 2 anew"), (3, "Scene 3 anew"));
        return [.. host.Backend.Acts.Skip(before)];
    }

    private async Task<EngineHost> SavedAsync()
    {
        var host = newHost();
        await host.InitializeAsync();
        await host.RunAsync(scenes: 3, parallel: 1);
        return host;
    }
}
