using System.Text.Json.Nodes;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Tests.Engines;

/// <summary>What every <see cref="IScenarioStore"/> must do.</summary>
public abstract partial class ScenarioStoreContract
{
    private static readonly DateTimeOffset LongAgo = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset InTheFuture = LongAgo.AddYears(900);

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected abstract IScenarioStore Store { get; }

    [Fact]
    public async Task Scenes_come_back_as_saved_in_the_order_of_their_numbers()
    {
        var scenario = await SaveScenarioAsync();
        SceneRow[] rows = [.. Enumerable.Range(1, 12).Select(number => Row(scenario.Id, number))];

        await Store.SaveScenesAsync([.. rows.Reverse()], Stop);

        Assert.Equal(rows, await Store.ListScenesAsync(scenario.Id, Stop));
        Assert.Equal(rows[4], await Store.FindSceneAsync(rows[4].Id, Stop));
    }

    [Fact]
    public async Task A_scene_of_every_language_and_of_all_fields_comes_back_whole()
    {
        var scenario = await SaveScenarioAsync();
        var row = Row(scenario.Id, 1) with
        {
            Scene = new Scene
            {
                SceneNumber = 1,
                Description = "Zażółć gęślą jaźń, 日本語, \"quoted\" 'and' \\ \n",
                Duration = 2.75,
                ImagePrompt = new string('é', 20_000) + "🎬",
                VisualPrompt = "",
                ProductReferenceImageUrl = "https://example.com/a.png?b=c&d=e",
                ImageReasoning = "why",
            },
        };

        await Store.SaveScenesAsync([row], Stop);

        Assert.Equal(row, await Store.FindSceneAsync(row.Id, Stop));
    }

    [Fact]
    public async Task Rejections_count_per_user_and_only_since_the_time_that_is_asked_for()
    {
        var (mine, others) = (await SaveScenarioAsync(), await SaveScenarioAsync(userId: "somebody else"));
        SceneRow[] rows = [Row(mine.Id, 1), Row(mine.Id, 2), Row(mine.Id, 3), Row(others.Id, 1)];
        await Store.SaveScenesAsync([.. rows.Take(3)], Stop);
        await Store.SaveScenesAsync([rows[3]], Stop);
        foreach (var row in rows.Where(row => row != rows[2]))
        {
            await Store.UpdateSceneAsync(row.Id, SceneState.SkippedFor(SceneReason.ContentRejected), Stop);
        }

        await Store.UpdateSceneAsync(rows[2].Id, SceneState.SkippedFor(SceneReason.GenerationFailed), Stop);

        Assert.Equal(2, await Store.CountRejectionsAsync(mine.UserId, LongAgo, Stop));
        Assert.Equal(0, await Store.CountRejectionsAsync(mine.UserId, InTheFuture, Stop));
        Assert.Equal(0, await Store.CountRejectionsAsync("nobody", LongAgo, Stop));
    }

    [Fact]
    public async Task What_images_cost_adds_up_per_scenario_and_since_the_time_that_is_asked_for()
    {
        var (one, other) = (await SaveScenarioAsync(), await SaveScenarioAsync());
        SceneRow[] rows = [Row(one.Id, 1), Row(one.Id, 2), Row(other.Id, 1)];
        await Store.SaveScenesAsync([.. rows.Take(2)], Stop);
        await Store.SaveScenesAsync([rows[2]], Stop);
        var before = await Store.SumServiceCreditsAsync(null, LongAgo, Stop);
        var state = new SceneState { Status = SceneStatus.Generating, GenerationId = "gen-1", ServiceCredits = 8 };
        await Store.UpdateSceneAsync(rows[0].Id, state, Stop);
        await Store.UpdateSceneAsync(rows[2].Id, state with { ServiceCredits = 5 }, Stop);

        Assert.Equal(8, (await Store.FindSceneAsync(rows[0].Id, Stop))!.State.ServiceCredits);
        Assert.Equal(8, await Store.SumServiceCreditsAsync(one.Id, default, Stop));
        Assert.Equal(13, await Store.SumServiceCreditsAsync(null, LongAgo, Stop) - before);
        Assert.Equal(0, await Store.SumServiceCreditsAsync(null, InTheFuture, Stop));
    }

    [Fact]
    public async Task A_scenario_saved_twice_is_replaced()
    {
        var scenario = await SaveScenarioAsync();

        await Store.SaveScenarioAsync(scenario with { ShortId = "again" }, Stop);
        await Store.SaveScenesAsync([Row(scenario.Id, 1)], Stop);

        Assert.Single(await Store.ListScenesAsync(scenario.Id, Stop));
    }

    [Fact]
    public async Task Scenes_saved_again_take_the_new_text_and_keep_their_state()
    {
        var scenario = await SaveScenarioAsync();
        var row = Row(scenario.Id, 2);
        await Store.SaveScenesAsync([row], Stop);
        var finished = Finished();
        await Store.UpdateSceneAsync(row.Id, finished, Stop);

        var changed = row with { Scene = row.Scene with { Description = "new text" } };
        await Store.SaveScenesAsync([changed], Stop);

        var read = (await Store.FindSceneAsync(row.Id, Stop))!;
        Assert.Equal(changed with { State = finished, EndedAt = read.EndedAt }, read);
    }

    [Fact]
    public async Task Of_scenes_that_cannot_all_be_saved_none_is()
    {
        var scenario = await SaveScenarioAsync();

        await Assert.ThrowsAsync<StorageException>(() =>
            Store.SaveScenesAsync([Row(scenario.Id, 1), Row(Guid.NewGuid(), 2)], Stop));

        Assert.Empty(await Store.ListScenesAsync(scenario.Id, Stop));
    }

    [Theory]
    [InlineData(SceneStatus.Pending, null)]
    [InlineData(SceneStatus.Generating, null)]
    [InlineData(SceneStatus.Completed, null)]
    [InlineData(SceneStatus.Skipped, SceneReason.FirstScene)]
    [InlineData(SceneStatus.Failed, SceneReason.OutcomeUnknown)]
    [InlineData(SceneStatus.Cancelled, SceneReason.Cancelled)]
    public async Task An_updated_state_comes_back_whole(SceneStatus status, SceneReason? reason)
    {
        var scenario = await SaveScenarioAsync();
        var row = Row(scenario.Id, 1);
        await Store.SaveScenesAsync([row], Stop);

        var state = Finished() with { Status = status, Reason = reason };
        await Store.UpdateSceneAsync(row.Id, state, Stop);

        Assert.Equal(state, (await Store.FindSceneAsync(row.Id, Stop))!.State);
    }

    [Fact]
    public async Task An_update_replaces_the_whole_state()
    {
        var scenario = await SaveScenarioAsync();
        var row = Row(scenario.Id, 1) with { State = Finished() };
        await Store.SaveScenesAsync([row], Stop);

        await Store.UpdateSceneAsync(row.Id, Pending(), Stop);

        Assert.Equal(Pending(), (await Store.FindSceneAsync(row.Id, Stop))!.State);
    }

    [Fact]
    public async Task Ending_touches_only_the_pending_scenes_of_that_scenario()
    {
        var scenario = await SaveScenarioAsync();
        var other = await SaveScenarioAsync();
        var done = Row(scenario.Id, 1) with { State = Finished() };
        var pending = Row(scenario.Id, 2);
        var elsewhere = Row(other.Id, 1);
        await Store.SaveScenesAsync([done, pending, elsewhere], Stop);

        var end = new SceneState { Status = SceneStatus.Skipped, Reason = SceneReason.InsufficientCredits };
        await Store.EndPendingScenesAsync(scenario.Id, end, Stop);

        var ended = await Store.ListScenesAsync(scenario.Id, Stop);
        Assert.Equal([done, pending with { State = end, EndedAt = ended[1].EndedAt }], ended);
        Assert.Equal([elsewhere], await Store.ListScenesAsync(other.Id, Stop));
    }

    [Fact]
    public async Task Of_many_runners_that_take_a_scene_at_once_one_has_it_until_it_is_updated()
    {
        var scenario = await SaveScenarioAsync();
        var row = Row(scenario.Id, 2);
        await Store.SaveScenesAsync([row], Stop);

        var taken = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => TakeAsync(row, $"runner-{i}")));

        var winner = $"runner-{Array.IndexOf(taken, true)}";
        Assert.Single(taken, true);
        Assert.True(await TakeAsync(row, winner));
        Assert.Equal(row, await Store.FindSceneAsync(row.Id, Stop));
        await Store.UpdateSceneAsync(row.Id, Pending(), Stop);
        Assert.True(await TakeAsync(row, "another"));
    }

    [Fact]
    public async Task A_scene_whose_lease_is_over_is_anybodys()
    {
        var scenario = await SaveScenarioAsync();
        var row = Row(scenario.Id, 2);
        await Store.SaveScenesAsync([row], Stop);
        Assert.True(await TakeAsync(row, "first"));
        Assert.False(await TakeAsync(row, "second"));

        Assert.True(await Store.TakeSceneAsync(row.Id, "first", TimeSpan.Zero, Stop));

        Assert.True(await TakeAsync(row, "second"));
        Assert.False(await TakeAsync(row, "first"));
    }

    [Theory]
    [InlineData(SceneStatus.Generating, "generation", false)]
    [InlineData(SceneStatus.Generating, null, true)]
    [InlineData(SceneStatus.Completed, null, false)]
    [InlineData(SceneStatus.Skipped, null, false)]
    [InlineData(SceneStatus.Cancelled, null, false)]
    public async Task A_scene_that_has_a_generation_or_has_ended_is_not_taken(SceneStatus status, string? generation, bool expected)
    {
        var scenario = await SaveScenarioAsync();
        var row = Row(scenario.Id, 2);
        await Store.SaveScenesAsync([row], Stop);
        await Store.UpdateSceneAsync(row.Id, new SceneState { Status = status, GenerationId = generation }, Stop);

        Assert.Equal(expected, await TakeAsync(row, "runner"));
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        Assert.Null(await Store.FindSceneAsync(Guid.NewGuid(), Stop));
        Assert.Empty(await Store.ListScenesAsync(Guid.NewGuid(), Stop));
    }

    private Task<bool> TakeAsync(SceneRow row, string runner) =>
        Store.TakeSceneAsync(row.Id, runner, TimeSpan.FromMinutes(2), Stop);

    protected static SceneState Pending() => new() { Status = SceneStatus.Pending };

    protected static SceneState Finished() => new()
    {
        Status = SceneStatus.Completed,
        GenerationId = "gen-1",
        ImageUrl = "/storage/v1/object/public/generated-content/scenes/scene_gen-1.png",
        Note = "the reference image was left out",
    };

    protected static SceneRow Row(Guid scenarioId, int number) => new(
        Guid.NewGuid(),
        scenarioId,
        new Scene { SceneNumber = number, Description = $"scene {number}", Duration = 5, ImagePrompt = "a cup" },
        Pending());

    protected async Task<ScenarioRow> SaveScenarioAsync(string userId = "user-1")
    {
        var row = new ScenarioRow
        {
            Id = Guid.NewGuid(),
            ShortId = "short-1",
            UserId = userId,
            SceneCount = 2,
            TaskId = "task-1",
            Details = new ScenarioDetails
            {
                Title = "Café 🎬",
                Description = "d",
                Script = "hook\nmain\ncta",
                EstimatedDuration = 12.5,
                Metadata = new JsonObject { ["style"] = "noir", ["hashtags"] = new JsonArray("#a", "#ż") },
            },
        };
        await Store.SaveScenarioAsync(row, Stop);
        return row;
    }
}
