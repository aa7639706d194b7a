using System.Text.Json.Nodes;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Tests.Engines;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Azure.Supabase;

/// <summary>The same with one of the keys that take the legacy key's place.</summary>
public sealed class SupabaseScenarioStoreWithSecretKeyTests(PostgresCluster cluster) : SupabaseScenarioStoreTests(cluster)
{
    protected override string Key => SupabaseKeys.Secret;
}

public class SupabaseScenarioStoreTests(PostgresCluster cluster) : ScenarioStoreContract, IAsyncLifetime
{
    private SupabaseTest supabase = null!;

    protected virtual string Key => SupabaseKeys.ServiceRole;

    protected override IScenarioStore Store => supabase.Scenarios;

    /// <summary>The database's own clock moves with each statement.</summary>
    protected override Task PassTimeAsync() => Task.CompletedTask;

    public async ValueTask InitializeAsync() => supabase = await SupabaseTest.StartAsync(cluster, key: Key);

    public async ValueTask DisposeAsync()
    {
        if (supabase is not null)
        {
            await supabase.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_an_image_cost_days_ago_does_not_count_again_when_another_takes_its_place()
    {
        var scenario = await SaveScenarioAsync();
        var scene = Row(scenario.Id, 2);
        await Store.SaveScenesAsync([scene], Stop);
        await Store.UpdateSceneAsync(scene.Id, SceneState.SkippedFor(SceneReason.GenerationFailed) with { ServiceCredits = 8 }, Stop);
        await supabase.Server.Database.ExecuteAsync(
            """
            set session_replication_role = replica; -- without triggers
            update video_scenes set updated_at = now() - interval '3 days';
            set session_replication_role = origin;
            """);

        var image = NewImageOf(scene);
        await Store.BeginImagesAsync([image], Stop);
        await Store.UpdateSceneAsync(image.Id, Finished() with { GenerationId = "gen-2", ServiceCredits = 5 }, Stop);

        Assert.Equal(Finished().ImageUrl, (await Store.FindSceneAsync(scene.Id, Stop))!.State.ImageUrl);
        Assert.Equal(5L, await supabase.Server.Database.ScalarAsync<long>("select spent_image_service_credits('', now() - interval '1 day')"));
    }

    [Fact]
    public async Task A_scenario_is_stored_with_all_its_fields_and_its_metadata_unchanged()
    {
        var metadata = JsonNode.Parse(
            """
            {"$type": "x", "$id": "1", "posted": "2026-01-01T00:00:00", "deep": {"$ref": "#/y", "n": [1, 2.5, null, true]},
             "big": 12345678901234567890, "quote": "it's \"so\" \\ ż 🎬"}
            """)!.AsObject();

        await Store.SaveScenarioAsync(Scenario(metadata), Stop);

        var stored = JsonNode.Parse(await supabase.Server.Database.ScalarAsync<string>(
            "select row_to_json(s)::text from video_scenarios s"))!;
        Assert.True(JsonNode.DeepEquals(metadata, stored["metadata"]), stored["metadata"]!.ToJsonString());
        Assert.Equal("short:1", (string?)stored["short_id"]);
        Assert.Equal("2026-01-01T00:00:00", (string?)stored["user_id"]);
        Assert.Equal("t", (string?)stored["title"]);
        Assert.Equal("d", (string?)stored["description"]);
        Assert.Equal("hook\nmain", (string?)stored["script"]);
        Assert.Equal(3, (int?)stored["scene_count"]);
        Assert.Equal(12.5, (double?)stored["estimated_duration"]);
        Assert.NotNull((string?)stored["created_at"]);
    }

    [Fact]
    public async Task A_hundred_scenes_take_two_requests()
    {
        var scenario = await SaveScenarioAsync();
        var before = supabase.Server.Requests.Count;

        await Store.SaveScenesAsync([.. Enumerable.Range(1, 100).Select(number => Row(scenario.Id, number))], Stop);

        Assert.Equal(2, supabase.Server.Requests.Count - before);
        Assert.Equal(100, (await Store.ListScenesAsync(scenario.Id, Stop)).Count);
    }

    [Fact]
    public async Task A_scene_is_saved_with_the_state_that_it_comes_with()
    {
        var scenario = await SaveScenarioAsync();
        var first = Row(scenario.Id, 1) with
        {
            State = new SceneState { Status = SceneStatus.Skipped, Reason = SceneReason.FirstScene },
        };

        await Store.SaveScenesAsync([first, Row(scenario.Id, 2)], Stop);

        Assert.Equal(first, await Store.FindSceneAsync(first.Id, Stop));
    }

    [Fact]
    public async Task An_update_moves_updated_at_and_leaves_created_at()
    {
        var scenario = await SaveScenarioAsync();
        var row = Row(scenario.Id, 1);
        await Store.SaveScenesAsync([row], Stop);
        await supabase.Server.Database.ExecuteAsync("update video_scenes set created_at = '2026-07-01T12:00:00Z'");
        const string UpdatedAt = "select updated_at from video_scenes";
        var before = await supabase.Server.Database.ScalarAsync<DateTime>(UpdatedAt);

        await Store.UpdateSceneAsync(row.Id, Finished(), Stop);

        Assert.True(await supabase.Server.Database.ScalarAsync<DateTime>(UpdatedAt) > before);
        Assert.Equal(2026, (await supabase.Server.Database.ScalarAsync<DateTime>("select created_at from video_scenes")).Year);
    }

    [Fact]
    public async Task A_service_of_before_there_were_times_leaves_those_of_its_generation_and_ends_the_scene_with_a_time()
    {
        var scenario = await SaveScenarioAsync();
        var row = Row(scenario.Id, 1);
        await Store.SaveScenesAsync([row], Stop);
        var orderedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        await Store.UpdateSceneAsync(
            row.Id, new SceneState { Status = SceneStatus.Generating, GenerationId = "gen-1", OrderedAt = orderedAt, Attempt = 1 }, Stop);

        await supabase.Server.Database.ExecuteAsync(
            $$"""select update_scene('{{row.Id}}', '{"status": "completed", "generation_id": "gen-1", "image_url": "/1.png"}')""");

        var read = (await Store.FindSceneAsync(row.Id, Stop))!;
        Assert.Equal((orderedAt, 1, null), (read.State.OrderedAt, read.State.Attempt, read.State.StoredAt));
        Assert.NotNull(read.EndedAt);
        await Store.UpdateSceneAsync(row.Id, Pending(), Stop);
        await Store.UpdateSceneAsync(row.Id, new SceneState { Status = SceneStatus.Generating, OrderedAt = orderedAt }, Stop); // between two generations
        await supabase.Server.Database.ExecuteAsync(
            $$"""select update_scene('{{row.Id}}', '{"status": "generating", "generation_id": "gen-2"}')""");
        Assert.Null((await Store.FindSceneAsync(row.Id, Stop))!.State.OrderedAt);
    }

    [Fact]
    public async Task A_scene_of_a_state_that_only_another_program_knows_is_a_permanent_error()
    {
        var scenario = await SaveScenarioAsync();
        var row = Row(scenario.Id, 1);
        await Store.SaveScenesAsync([row], Stop);
        await supabase.Server.Database.ExecuteAsync("update video_scenes set status = 'archived'");

        var error = await Assert.ThrowsAsync<StorageException>(() => Store.FindSceneAsync(row.Id, Stop));

        Assert.False(error.IsTransient);
        Assert.Contains("archived", error.Message, StringComparison.Ordinal);
    }

    private static ScenarioRow Scenario(JsonObject metadata) => new()
    {
        Id = Guid.NewGuid(),
        ShortId = "short:1",
        UserId = "2026-01-01T00:00:00",
        SceneCount = 3,
        Details = new ScenarioDetails
        {
            Title = "t",
            Description = "d",
            Script = "hook\nmain",
            EstimatedDuration = 12.5,
            Metadata = metadata,
        },
    };
}
