using System.Text.Json.Nodes;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Tests.Engines;

/// <summary>Whole scenarios as they are read, and the versions of their images.</summary>
public abstract partial class ScenarioStoreContract
{
    [Fact]
    public async Task A_scenario_is_read_with_its_scenes_and_the_images_that_it_was_saved_with()
    {
        var scenario = await SaveScenarioAsync();
        var posted = new SceneState { Status = SceneStatus.Skipped, Reason = SceneReason.FirstScene, ImageUrl = "https://cdn.test/1.png" };
        SceneRow[] rows = [Row(scenario.Id, 1) with { State = posted }, Row(scenario.Id, 2), Row(scenario.Id, 3)];
        await Store.SaveScenesAsync(rows, Stop);
        var made = Finished() with { Model = "gen4_image", Ratio = "1080:1920", Seed = 4_294_967_295, CreditsCharged = 2, ServiceCredits = 8 };
        await Store.UpdateSceneAsync(rows[1].Id, made with { Status = SceneStatus.Generating }, Stop);
        await Store.UpdateSceneAsync(rows[1].Id, made, Stop);
        await Store.UpdateSceneAsync(rows[2].Id, SceneState.SkippedFor(SceneReason.ContentRejected), Stop);

        var read = (await Store.ReadScenarioAsync(scenario.Id, Stop))!;

        Assert.Equal(("short-1", "user-1", "Café 🎬", "hook\nmain\ncta", 12.5, 2, "task-1"), (
            read.Row.ShortId, read.Row.UserId, read.Row.Details.Title, read.Row.Details.Script,
            read.Row.Details.EstimatedDuration, read.Row.SceneCount, read.Row.TaskId));
        Assert.True(JsonNode.DeepEquals(scenario.Details.Metadata, read.Row.Details.Metadata));
        Assert.Equal([posted, made, SceneState.SkippedFor(SceneReason.ContentRejected)], read.Scenes.Select(row => row.State));
        Assert.Equal(
            [(rows[0].Id, 1, posted with { Status = SceneStatus.Completed, Reason = null }), (rows[1].Id, 1, made)],
            read.Images.Select(image => (image.SceneId, image.Version, image.State)).OrderBy(image => image.SceneId == rows[1].Id));
        Assert.All(read.Images, image => Assert.Equal(("task-1", "a cup"), (image.TaskId, image.ImagePrompt)));
        Assert.Null(await Store.ReadScenarioAsync(Guid.NewGuid(), Stop));
    }

    [Fact]
    public async Task What_all_images_have_in_common_is_found_with_the_image_that_the_first_scene_shows()
    {
        var scenario = await SaveScenarioAsync();
        Assert.Null(await Store.FindLookAsync(scenario.Id, Stop));
        var metadata = JsonNode.Parse("""{"reference_images":[{"uri":"runway://hero","tag":"hero"}],"style_reference":"first_scene","seed":7}""")!;
        await Store.SaveScenarioAsync(scenario with { Details = scenario.Details with { Metadata = metadata.AsObject() } }, Stop);
        var first = Row(scenario.Id, 1);
        await Store.SaveScenesAsync([Row(scenario.Id, 2) with { State = Finished() }, first], Stop);
        await Store.UpdateSceneAsync(first.Id, Finished() with { ImageUrl = "/1.png", Status = SceneStatus.Generating }, Stop);
        Assert.Null((await Store.FindLookAsync(scenario.Id, Stop))!.FirstSceneImage);

        await Store.UpdateSceneAsync(first.Id, Finished() with { ImageUrl = "/1.png" }, Stop);
        var look = (await Store.FindLookAsync(scenario.Id, Stop))!;

        Assert.Equal([new PostedReference("runway://hero", "hero")], look.References);
        Assert.Equal((7L, true, "/1.png"), (look.Seed, look.IsStyledAsFirstScene, look.FirstSceneImage));
        Assert.Null(await Store.FindLookAsync(Guid.NewGuid(), Stop));
    }

    [Fact]
    public async Task An_image_made_anew_is_the_next_version_and_the_one_that_is_shown_and_the_old_one_can_be_shown_again()
    {
        var (scenario, scene) = await SaveFinishedAsync();
        var image = NewImageOf(scene) with { Prompt = "a red cup", ProductReferenceImageUrl = "https://cdn.test/p.png", Model = "muse_image", Seed = 7 };
        Assert.Null(await Store.BeginImagesAsync([image], Stop));
        Assert.Null(await Store.BeginImagesAsync([image], Stop));
        var begun = (await Store.FindSceneAsync(image.Id, Stop))!;
        Assert.Equal((scene.Id, 2, scenario.Id, SceneStatus.Pending), (begun.ImageOf, begun.Version, begun.ScenarioId, begun.State.Status));
        Assert.Equal(("a red cup", "https://cdn.test/p.png", "muse_image", 7L, 1), (
            begun.Scene.ImagePrompt, begun.Scene.ProductReferenceImageUrl, begun.Scene.Model, begun.Scene.Seed, begun.Scene.SceneNumber));
        Assert.Equal([begun], await Store.ListScenesAsync(image.RunId, Stop));

        var remade = Finished() with { GenerationId = "gen-2", ImageUrl = "/new.png", Note = "new", Seed = 7, Model = "muse_image", CreditsCharged = 2 };
        await Store.UpdateSceneAsync(image.Id, remade with { Status = SceneStatus.Generating }, Stop);
        Assert.Equal(Finished(), (await Store.FindSceneAsync(scene.Id, Stop))!.State);
        await Store.UpdateSceneAsync(image.Id, remade, Stop);

        var read = (await Store.ReadScenarioAsync(scenario.Id, Stop))!;
        Assert.Equal(("/new.png", "new", SceneStatus.Completed), Shown(read));
        Assert.Equal([(1, "task-1", "a cup"), (2, image.TaskId, "a red cup")], read.Images.Select(one => (one.Version, one.TaskId, one.ImagePrompt)));
        Assert.Equal([Finished(), remade], read.Images.Select(one => one.State));

        await Store.ShowImageAsync(scene.Id, 1, Stop);
        await Store.ShowImageAsync(scene.Id, 3, Stop);
        Assert.Equal((Finished().ImageUrl, Finished().Note, SceneStatus.Completed), Shown((await Store.ReadScenarioAsync(scenario.Id, Stop))!));
    }

    [Fact]
    public async Task A_removed_scenario_is_gone_with_all_versions_and_what_it_cost_still_counts_against_the_limits()
    {
        var (kept, keptScene) = await SaveFinishedAsync();
        var (scenario, scene) = await SaveFinishedAsync();
        var rejected = Row(scenario.Id, 3);
        await Store.SaveScenesAsync([rejected], Stop);
        await Store.UpdateSceneAsync(rejected.Id, SceneState.SkippedFor(SceneReason.ContentRejected) with { ServiceCredits = 8 }, Stop);
        var image = NewImageOf(scene);
        await Store.BeginImagesAsync([image], Stop);
        await Store.UpdateSceneAsync(image.Id, Finished() with { ServiceCredits = 5 }, Stop);
        var (spent, rejections) = (await Store.SumServiceCreditsAsync(null, LongAgo, Stop), await Store.CountRejectionsAsync(scenario.UserId, LongAgo, Stop));

        await Store.RemoveScenarioAsync(scenario.Id, Stop);
        await Store.RemoveScenarioAsync(scenario.Id, Stop);

        Assert.Null(await Store.ReadScenarioAsync(scenario.Id, Stop));
        Assert.Null(await Store.FindSceneAsync(scene.Id, Stop));
        Assert.Null(await Store.FindSceneAsync(image.Id, Stop));
        Assert.Equal(spent, await Store.SumServiceCreditsAsync(null, LongAgo, Stop));
        Assert.Equal(0, await Store.SumServiceCreditsAsync(scenario.Id, LongAgo, Stop));
        Assert.Equal((rejections, 0), (
            await Store.CountRejectionsAsync(scenario.UserId, LongAgo, Stop), await Store.CountRejectionsAsync(scenario.UserId, InTheFuture, Stop)));
        Assert.Equal(0, await Store.SumServiceCreditsAsync(null, InTheFuture, Stop));
        Assert.True(spent >= 13 && rejections >= 1);
        Assert.Equal(keptScene.Id, Assert.Single((await Store.ReadScenarioAsync(kept.Id, Stop))!.Scenes).Id);
    }

    [Fact]
    public async Task No_image_of_a_scenario_is_begun_once_its_removal_has_begun_and_what_was_not_ordered_ends()
    {
        var (scenario, scene) = await SaveFinishedAsync();
        SceneRow[] left = [Row(scenario.Id, 2), Row(scenario.Id, 3)];
        await Store.SaveScenesAsync(left, Stop);
        await Store.UpdateSceneAsync(left[1].Id, Ordered, Stop);
        var image = NewImageOf(scene);
        await Store.BeginImagesAsync([image], Stop);
        Guid[] ended = [left[0].Id, left[1].Id, image.Id];
        Assert.False(await Store.BeginRemovalAsync(scenario.Id, ended[..2], Stop));
        Assert.False(await Store.BeginRemovalAsync(scenario.Id, ended[1..], Stop));
        Assert.Null(await Store.BeginImagesAsync([image], Stop));

        Assert.True(await Store.BeginRemovalAsync(scenario.Id, ended, Stop));
        Assert.True(await Store.BeginRemovalAsync(scenario.Id, ended, Stop));

        Assert.Equal(IScenarioStore.Removed, await Store.BeginImagesAsync([NewImageOf(scene)], Stop));
        Assert.Equal(IScenarioStore.Removed, await Store.BeginImagesAsync([image], Stop));
        Assert.Equal(SceneState.Cancelled, (await Store.FindSceneAsync(left[0].Id, Stop))!.State);
        Assert.Equal(Ordered, (await Store.FindSceneAsync(left[1].Id, Stop))!.State);
        Assert.Equal(SceneState.Cancelled, (await Store.FindSceneAsync(image.Id, Stop))!.State);
        Assert.Equal(Finished(), (await Store.FindSceneAsync(scene.Id, Stop))!.State);
    }

    [Fact]
    public async Task Of_a_removal_and_many_that_begin_an_image_at_once_either_it_begins_and_they_do_not_or_one_of_them_does()
    {
        var (scenario, scene) = await SaveFinishedAsync();
        var begins = Enumerable.Range(0, 4).Select(_ => Store.BeginImagesAsync([NewImageOf(scene)], Stop)).ToList();
        var removal = Store.BeginRemovalAsync(scenario.Id, [], Stop);
        begins.AddRange(Enumerable.Range(0, 4).Select(_ => Store.BeginImagesAsync([NewImageOf(scene)], Stop)));

        var (isRemoved, answers) = (await removal, await Task.WhenAll(begins));

        Assert.Equal(isRemoved ? 0 : 1, answers.Count(answer => answer is null));
        Assert.Equal(isRemoved ? 8 : 0, answers.Count(answer => answer == IScenarioStore.Removed));
    }

    [Fact]
    public async Task The_id_of_a_scenario_is_used_even_after_its_removal_and_that_of_images_made_anew_once_one_was_ordered()
    {
        Assert.False(await Store.IsUsedAsync(Guid.NewGuid(), Stop));
        var (scenario, scene) = await SaveFinishedAsync();
        Assert.True(await Store.IsUsedAsync(scenario.Id, Stop));
        var image = NewImageOf(scene);
        await Store.BeginImagesAsync([image], Stop);
        Assert.False(await Store.IsUsedAsync(image.RunId, Stop));
        await Store.EndPendingScenesAsync(image.RunId, SceneState.Cancelled, Stop);
        Assert.False(await Store.IsUsedAsync(image.RunId, Stop));
        await Store.BeginImagesAsync([image], Stop);
        await Store.UpdateSceneAsync(image.Id, Ordered, Stop);
        Assert.True(await Store.IsUsedAsync(image.RunId, Stop));

        await Store.RemoveScenarioAsync(scenario.Id, Stop);

        Assert.True(await Store.IsUsedAsync(scenario.Id, Stop));
    }

    /// <summary>RunwayML may take an order minutes after its task was cancelled.</summary>
    [Fact]
    public async Task A_late_order_is_not_recorded_over_an_image_that_was_made_since()
    {
        var scenario = await SaveScenarioAsync();
        var scene = Row(scenario.Id, 1);
        await Store.SaveScenesAsync([scene], Stop);
        await Store.UpdateSceneAsync(scene.Id, SceneState.Cancelled, Stop);
        var image = NewImageOf(scene);
        await Store.BeginImagesAsync([image], Stop);
        await Store.UpdateSceneAsync(image.Id, Finished() with { GenerationId = "gen-2", ImageUrl = "/new.png" }, Stop);
        var shown = (await Store.FindSceneAsync(scene.Id, Stop))!;
        Assert.Equal(("/new.png", SceneStatus.Completed), (shown.State.ImageUrl, shown.State.Status));

        Assert.False(await Store.UpdateSceneAsync(scene.Id, Ordered, Stop));
        Assert.False(await Store.UpdateSceneAsync(image.Id, Ordered, Stop));
        Assert.False(await Store.UpdateSceneAsync(scene.Id, Ordered with { ImageUrl = "/late.png" }, Stop));

        Assert.Equal(shown, await Store.FindSceneAsync(scene.Id, Stop));
        Assert.Equal("gen-2", (await Store.FindSceneAsync(image.Id, Stop))!.State.GenerationId);
    }

    [Theory]
    [InlineData(SceneStatus.Pending, null, true, true)]
    [InlineData(SceneStatus.Generating, null, true, true)]
    [InlineData(SceneStatus.Generating, "same", true, true)]
    [InlineData(SceneStatus.Generating, "another", false, false)]
    [InlineData(SceneStatus.Cancelled, null, true, false)]
    [InlineData(SceneStatus.Skipped, null, false, false)]
    [InlineData(SceneStatus.Completed, "same", false, false)]
    public async Task An_order_and_an_image_are_only_recorded_where_they_belong(
        SceneStatus status, string? generation, bool takesOrder, bool takesImage)
    {
        var order = Ordered with { GenerationId = "same" };
        var (scenario, finished) = await SaveFinishedAsync();
        SceneRow[] scenes = [Row(scenario.Id, 2), Row(scenario.Id, 3)];
        await Store.SaveScenesAsync(scenes, Stop);
        var image = NewImageOf(finished);
        await Store.BeginImagesAsync([image], Stop);
        foreach (var id in (Guid[])[scenes[0].Id, scenes[1].Id, image.Id])
        {
            var isImage = id == scenes[1].Id;
            await Store.UpdateSceneAsync(id, new SceneState { Status = status, GenerationId = generation }, Stop);

            var isTaken = await Store.UpdateSceneAsync(id, isImage ? order with { ImageUrl = "/1.png" } : order, Stop);

            Assert.Equal(isImage ? takesImage : takesOrder, isTaken);
            Assert.Equal(isTaken ? SceneStatus.Generating : status, (await Store.FindSceneAsync(id, Stop))!.State.Status);
        }
    }

    [Fact]
    public async Task Nothing_is_saved_of_a_scenario_that_was_removed()
    {
        var (scenario, scene) = await SaveFinishedAsync();
        var image = NewImageOf(scene);
        await Store.BeginImagesAsync([image], Stop);
        Assert.True(await Store.UpdateSceneAsync(scene.Id, Finished(), Stop));
        Assert.True(await Store.UpdateSceneAsync(image.Id, Ordered, Stop));

        await Store.RemoveScenarioAsync(scenario.Id, Stop);

        Assert.False(await Store.UpdateSceneAsync(scene.Id, Finished(), Stop));
        Assert.False(await Store.UpdateSceneAsync(image.Id, Finished(), Stop));
        Assert.Equal(IScenarioStore.Removed, await Store.BeginImagesAsync([NewImageOf(scene)], Stop));
        var refusal = await Assert.ThrowsAsync<StorageException>(() => Store.SaveScenarioAsync(scenario, Stop));
        Assert.False(refusal.IsTransient);
        Assert.Contains("was deleted", refusal.Message, StringComparison.Ordinal);
        Assert.Null(await Store.ReadScenarioAsync(scenario.Id, Stop));
    }

    [Fact]
    public async Task An_image_that_a_scene_never_had_is_its_first_version()
    {
        var scenario = await SaveScenarioAsync();
        var scene = Row(scenario.Id, 2) with { State = SceneState.SkippedFor(SceneReason.InsufficientCredits) };
        await Store.SaveScenesAsync([scene], Stop);
        var failed = NewImageOf(scene);
        await Store.BeginImagesAsync([failed], Stop);
        await Store.UpdateSceneAsync(failed.Id, SceneState.SkippedFor(SceneReason.ContentRejected) with { ServiceCredits = 8 }, Stop);
        Assert.Equal(scene.State, (await Store.FindSceneAsync(scene.Id, Stop))!.State);
        Assert.Equal(1, await Store.CountRejectionsAsync(scenario.UserId, LongAgo, Stop));
        Assert.Equal(8, await Store.SumServiceCreditsAsync(failed.RunId, default, Stop));
        Assert.Equal(0, await Store.SumServiceCreditsAsync(scenario.Id, default, Stop));

        var image = NewImageOf(scene);
        Assert.Null(await Store.BeginImagesAsync([image], Stop));
        await Store.UpdateSceneAsync(image.Id, Finished(), Stop);

        var read = (await Store.ReadScenarioAsync(scenario.Id, Stop))!;
        Assert.Equal((Finished().ImageUrl, Finished().Note, SceneStatus.Completed), Shown(read));
        Assert.Equal(
            [(1, SceneStatus.Skipped), (1, SceneStatus.Completed)], read.Images.Select(one => (one.Version, one.State.Status)));
    }

    [Fact]
    public async Task A_rejected_image_still_counts_when_another_has_taken_its_place()
    {
        var scenario = await SaveScenarioAsync($"rejected-{Guid.NewGuid()}");
        var scene = Row(scenario.Id, 2);
        await Store.SaveScenesAsync([scene], Stop);
        await Store.UpdateSceneAsync(scene.Id, SceneState.SkippedFor(SceneReason.ContentRejected) with { ServiceCredits = 8 }, Stop);
        var spent = await Store.SumServiceCreditsAsync(null, LongAgo, Stop);

        foreach (var generation in (string[])["gen-2", "gen-3"])
        {
            var image = NewImageOf(scene);
            await Store.BeginImagesAsync([image], Stop);
            await Store.UpdateSceneAsync(image.Id, Finished() with { GenerationId = generation, ServiceCredits = null }, Stop);
        }

        Assert.Equal(SceneStatus.Completed, (await Store.FindSceneAsync(scene.Id, Stop))!.State.Status);
        Assert.Equal(1, await Store.CountRejectionsAsync(scenario.UserId, LongAgo, Stop));
        await Store.RemoveScenarioAsync(scenario.Id, Stop);
        Assert.Equal(1, await Store.CountRejectionsAsync(scenario.UserId, LongAgo, Stop));
        Assert.Equal(0, await Store.CountRejectionsAsync(scenario.UserId, InTheFuture, Stop));
        Assert.Equal(spent, await Store.SumServiceCreditsAsync(null, LongAgo, Stop));
    }

    [Fact]
    public async Task Of_many_that_begin_an_image_of_one_scene_one_does_and_the_others_learn_its_task()
    {
        var (scenario, scene) = await SaveFinishedAsync();
        var another = Row(scenario.Id, 2);
        await Store.SaveScenesAsync([another], Stop);
        var images = Enumerable.Range(0, 8).Select(_ => NewImageOf(scene)).ToArray();

        var others = await Task.WhenAll(images.Select(image => Store.BeginImagesAsync([image, NewImageOf(another, image)], Stop)));

        var winner = Assert.Single(images, image => others[Array.IndexOf(images, image)] is null);
        Assert.All(others.Where(other => other is not null), other => Assert.Equal(winner.TaskId, other));
        Assert.Equal(2, (await Store.ReadScenarioAsync(scenario.Id, Stop))!.Images.Count(image => image.State.Status == SceneStatus.Pending));

        await Store.EndPendingScenesAsync(winner.RunId, SceneState.Cancelled, Stop);
        Assert.All(await Store.ListScenesAsync(winner.RunId, Stop), row => Assert.Equal(SceneState.Cancelled, row.State));
        Assert.Equal(Finished(), (await Store.FindSceneAsync(scene.Id, Stop))!.State);
        Assert.Equal(Pending(), (await Store.FindSceneAsync(another.Id, Stop))!.State);
        Assert.Null(await Store.BeginImagesAsync([NewImageOf(scene)], Stop));
    }

    [Fact]
    public async Task An_image_whose_task_was_not_started_can_be_begun_again_as_the_version_that_is_next_then()
    {
        var (_, scene) = await SaveFinishedAsync();
        var (given, other) = (NewImageOf(scene), NewImageOf(scene));
        await Store.BeginImagesAsync([given], Stop);
        await Store.EndPendingScenesAsync(given.RunId, SceneState.Cancelled, Stop);
        await Store.BeginImagesAsync([other], Stop);
        Assert.Equal(other.TaskId, await Store.BeginImagesAsync([given], Stop));
        await Store.UpdateSceneAsync(other.Id, Finished() with { GenerationId = "gen-2" }, Stop);

        Assert.Null(await Store.BeginImagesAsync([given], Stop));

        var again = (await Store.FindSceneAsync(given.Id, Stop))!;
        Assert.Equal((Pending(), 3), (again.State, again.Version));
        Assert.Equal(SceneStatus.Completed, (await Store.FindSceneAsync(other.Id, Stop))!.State.Status);
    }

    [Fact]
    public async Task An_image_made_anew_is_taken_by_one_runner_as_a_scene_is()
    {
        var (_, scene) = await SaveFinishedAsync();
        var image = NewImageOf(scene);
        await Store.BeginImagesAsync([image], Stop);

        Assert.True(await Store.TakeSceneAsync(image.Id, "first", TimeSpan.FromMinutes(2), Stop));
        Assert.False(await Store.TakeSceneAsync(image.Id, "second", TimeSpan.FromMinutes(2), Stop));
        await Store.UpdateSceneAsync(image.Id, Pending(), Stop);
        Assert.True(await Store.TakeSceneAsync(image.Id, "second", TimeSpan.FromMinutes(2), Stop));
    }

    [Fact]
    public async Task Scenarios_are_listed_newest_first_a_page_at_a_time_by_user_and_short()
    {
        var user = $"lister-{Guid.NewGuid()}";
        var saved = new List<ScenarioRow>();
        for (var i = 0; i < 5; i++)
        {
            saved.Add(await SaveScenarioAsync(user));
        }

        await Store.SaveScenarioAsync(saved[1] with { ShortId = "another" }, Stop);
        await Store.SaveScenesAsync([Row(saved[4].Id, 1) with { State = Finished() }, Row(saved[4].Id, 2)], Stop);
        var query = new ScenarioQuery(null, user, 3, null);

        var first = await Store.ListScenariosAsync(query, Stop);
        var second = await Store.ListScenariosAsync(query with { After = ScenarioCursor.Parse($"{first[^1].Cursor}") }, Stop);

        var listed = first.Concat(second).ToArray();
        Assert.Equal((3, 2), (first.Count, second.Count));
        Assert.Equal(saved.Select(row => row.Id).Order(), listed.Select(one => one.Row.Id).Order());
        Assert.Equal(listed.Select(one => one.CreatedAt).OrderDescending(), listed.Select(one => one.CreatedAt));
        Assert.Equal((1, "Café 🎬", 2), listed.Where(one => one.Row.Id == saved[4].Id).Select(one => (one.Images, one.Row.Details.Title, one.Row.SceneCount)).Single());
        Assert.Equal([saved[1].Id], (await Store.ListScenariosAsync(query with { ShortId = "another" }, Stop)).Select(one => one.Row.Id));
        Assert.Empty(await Store.ListScenariosAsync(query with { UserId = "nobody" }, Stop));
    }

    private static (string?, string?, SceneStatus) Shown(StoredScenario read) =>
        (read.Scenes[0].State.ImageUrl, read.Scenes[0].State.Note, read.Scenes[0].State.Status);

    private async Task<(ScenarioRow Scenario, SceneRow Scene)> SaveFinishedAsync()
    {
        var scenario = await SaveScenarioAsync();
        var scene = Row(scenario.Id, 1);
        await Store.SaveScenesAsync([scene], Stop);
        await Store.UpdateSceneAsync(scene.Id, Finished(), Stop);
        return (scenario, scene);
    }

    /// <param name="scene">Whose image.</param>
    /// <param name="with">One that the same task makes.</param>
    protected static NewImage NewImageOf(SceneRow scene, NewImage? with = null)
    {
        var taskId = with?.TaskId ?? $"{Guid.NewGuid()}";
        return new NewImage(
            ScenarioIds.Scene(taskId, scene.Scene.SceneNumber), ScenarioIds.Scenario(taskId), taskId, scene.Id, "a cup", null, null, null);
    }
}
