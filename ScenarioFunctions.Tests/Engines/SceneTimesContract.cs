using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Tests.Engines;

/// <summary>When an image was ordered, stored and ended, and why it failed.</summary>
public abstract partial class ScenarioStoreContract
{
    private static readonly DateTimeOffset OrderedAt = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    private static SceneState Ordered => new()
    {
        Status = SceneStatus.Generating,
        GenerationId = "gen-1",
        OrderedAt = OrderedAt,
        Attempt = 2,
    };

    private static SceneState Stored => Ordered with { ImageUrl = Finished().ImageUrl, StoredAt = OrderedAt.AddSeconds(9) };

    private static SceneState Rejected => Ordered with
    {
        Status = SceneStatus.Skipped,
        Reason = SceneReason.ContentRejected,
        FailureCode = "SAFETY.INPUT.TEXT",
    };

    [Fact]
    public async Task The_times_of_a_made_image_are_kept_with_its_scene_and_its_version()
    {
        var scenario = await SaveScenarioAsync();
        var scene = Row(scenario.Id, 2);
        await Store.SaveScenesAsync([scene], Stop);
        await Store.UpdateSceneAsync(scene.Id, Ordered, Stop);
        await Store.UpdateSceneAsync(scene.Id, Stored, Stop);
        Assert.Equal((Stored, null), await ReadAsync(scene.Id));

        await Store.UpdateSceneAsync(scene.Id, Stored with { Status = SceneStatus.Completed }, Stop);

        var (state, endedAt) = await ReadAsync(scene.Id);
        Assert.Equal(Stored with { Status = SceneStatus.Completed }, state);
        Assert.NotNull(endedAt);
        var image = Assert.Single((await Store.ReadScenarioAsync(scenario.Id, Stop))!.Images);
        Assert.Equal((state, endedAt), (image.State, image.EndedAt));
    }

    [Fact]
    public async Task The_end_of_a_rejected_image_has_its_code_and_the_time_of_its_first_record()
    {
        var scenario = await SaveScenarioAsync();
        SceneRow[] scenes = [Row(scenario.Id, 2), Row(scenario.Id, 3)];
        await Store.SaveScenesAsync(scenes, Stop);
        var anew = NewImageOf(scenes[1]);
        await Store.UpdateSceneAsync(scenes[1].Id, Finished(), Stop);
        await Store.BeginImagesAsync([anew], Stop);
        foreach (var id in new[] { scenes[0].Id, anew.Id })
        {
            await Store.UpdateSceneAsync(id, Ordered, Stop);
            await Store.UpdateSceneAsync(id, Rejected, Stop);
            var first = await ReadAsync(id);
            Assert.Equal(Rejected, first.State);
            Assert.NotNull(first.EndedAt);

            await PassTimeAsync();
            await Store.UpdateSceneAsync(id, Rejected, Stop);

            Assert.Equal(first, await ReadAsync(id));
        }
    }

    [Fact]
    public async Task An_image_that_begins_again_has_none_of_the_times_of_its_end()
    {
        var (_, scene) = await SaveFinishedAsync();
        var image = NewImageOf(scene);
        await Store.BeginImagesAsync([image], Stop);
        await Store.EndPendingScenesAsync(image.RunId, SceneState.Cancelled, Stop);
        Assert.NotNull((await ReadAsync(image.Id)).EndedAt);

        await Store.BeginImagesAsync([image], Stop);

        Assert.Equal((Pending(), null), await ReadAsync(image.Id));
    }

    /// <summary>Moves the store's clock.</summary>
    protected abstract Task PassTimeAsync();

    private async Task<(SceneState State, DateTimeOffset? EndedAt)> ReadAsync(Guid id)
    {
        var row = (await Store.FindSceneAsync(id, Stop))!;
        return (row.State with { Model = null }, row.EndedAt);
    }
}
