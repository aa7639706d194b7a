using System.Net;
using System.Text.Json.Nodes;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Api;

public sealed class FindTaskTests
{
    private static readonly Guid Saved = new("5b0f2f5c-0d53-5a4e-8a57-3d3f1a9be0c1");

    [Fact]
    public async Task A_new_task_shows_every_field_and_all_scenes_pending()
    {
        await using var server = await ApiServer.StartAsync();
        server.Put("t1", TaskState.Pending);
        var expected = """
            {"task_id":"t1","task_type":"SAVE_SCENARIO","status":"pending","progress":0,"message":"Waiting to start",
             "current_step":"Waiting to start","short_id":"short_1","user_id":"user_1","scenario_id":null,"error_message":null,
             "created_at":"2026-01-15T09:30:00.120Z","updated_at":"2026-01-15T09:30:00.120Z","completed_at":null,"held_at":null,
             "metadata":{"short_id":"short_1","user_id":"user_1","title":"Schöne Grüße 🌍","scene_count":2,"scenario_id":null,"image_service_credits":null},
             "scenes":[{"scene_number":1,"status":"pending","image_url":null,"reason":null},
                       {"scene_number":2,"status":"pending","image_url":null,"reason":null}],
             "result":null,"error":null}
            """;
        var body = await GetAsync(server, "t1");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), body), body.ToJsonString());
        Assert.Equal(0, server.Store.Reads);
    }

    [Fact]
    public async Task A_task_that_has_ended_shows_when_each_image_was_ordered_stored_and_charged_or_why_it_was_rejected()
    {
        await using var server = await ApiServer.StartAsync();
        var time = new DateTimeOffset(2026, 1, 15, 9, 30, 2, 250, TimeSpan.Zero);
        SceneProgress[] scenes = [new(2, SceneStatus.Completed, "/a.png"), new(3, SceneStatus.Skipped, Reason: SceneReason.ContentRejected), new(4, SceneStatus.Completed)];
        var task = server.Put("t1", TaskState.Completed, 3) with
        {
            Progress = new() { Percent = 100, HeldAt = time.AddSeconds(-1) },
            Result = new() { ScenarioId = Saved, SceneCount = 3, ImagesGenerated = 2, CreditsCharged = 4, Scenes = scenes },
        };
        server.Engine.Put(task);
        var made = new SceneState { Status = SceneStatus.Completed, OrderedAt = time, Attempt = 1, StoredAt = time.AddSeconds(8) };
        var rejected = SceneState.SkippedFor(SceneReason.ContentRejected) with { OrderedAt = time, Attempt = 2, FailureCode = "SAFETY.INPUT.TEXT" };
        var id = ScenarioIds.Scenario("t1");
        server.Store.Scenes.AddRange(
            new SceneRow(Guid.NewGuid(), id, new Scene { SceneNumber = 2 }, made) { EndedAt = time.AddSeconds(9) },
            new SceneRow(Guid.NewGuid(), id, new Scene { SceneNumber = 3 }, rejected) { EndedAt = time.AddSeconds(5) },
            new SceneRow(Guid.NewGuid(), id, new Scene { SceneNumber = 4 }, new SceneState { Status = SceneStatus.Completed }));

        var body = await GetAsync(server, "t1");

        Assert.Equal("2026-01-15T09:30:01.250Z", (string?)body["held_at"]);
        var expected = """
            [{"scene_number":2,"status":"completed","image_url":"HOSTa.png","reason":null,
              "ordered_at":"2026-01-15T09:30:02.250Z","attempt":1,"stored_at":"2026-01-15T09:30:10.250Z","ended_at":"2026-01-15T09:30:11.250Z"},
             {"scene_number":3,"status":"skipped","image_url":null,"reason":"content_rejected",
              "ordered_at":"2026-01-15T09:30:02.250Z","attempt":2,"ended_at":"2026-01-15T09:30:07.250Z","failure_code":"SAFETY.INPUT.TEXT"},
             {"scene_number":4,"status":"completed","image_url":null,"reason":null}]
            """;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected.Replace("HOST", $"{server.Address}", StringComparison.Ordinal)), body["scenes"]), body.ToJsonString());
        Assert.Equal(1, server.Store.Reads);
        server.Engine.Put(task with { State = TaskState.Running, Result = null });
        Assert.Null((await GetAsync(server, "t1"))["scenes"]![0]!["ordered_at"]);
        Assert.Equal(1, server.Store.Reads);
    }

    [Fact]
    public async Task A_completed_task_shows_its_result_with_absolute_image_urls()
    {
        await using var server = await ApiServer.StartAsync();
        SceneProgress[] scenes =
        [
            new(1, SceneStatus.Skipped, Reason: SceneReason.FirstScene),
            new(2, SceneStatus.Completed, "/storage/v1/object/public/generated-content/scenes/a.png", Note: "Reference left out"),
            new(3, SceneStatus.Completed, "https://images.example.com/b.png"),
        ];
        server.Engine.Put(server.Put("t1", TaskState.Completed, 3) with
        {
            Progress = new() { Percent = 100, Message = "Done", ScenarioId = Saved, Scenes = scenes },
            Result = new() { ScenarioId = Saved, SceneCount = 3, ImagesGenerated = 2, CreditsCharged = 4, Scenes = scenes, ImageServiceCredits = 10 },
        });
        var response = await server.GetAsync("/scenario/save/tasks/t1");
        Assert.Null(response.Headers.RetryAfter);
        var body = await response.JsonAsync();
        var image = $"{server.Address}storage/v1/object/public/generated-content/scenes/a.png";
        var expected = $$"""
            {"scenario_id":"{{Saved}}","scene_count":3,"images_generated":2,"credits_charged":4,"image_service_credits":10,"scenes":[
             {"scene_number":1,"status":"skipped","image_url":null,"reason":"first_scene"},
             {"scene_number":2,"status":"completed","image_url":"{{image}}","reason":null,"note":"Reference left out"},
             {"scene_number":3,"status":"completed","image_url":"https://images.example.com/b.png","reason":null}]}
            """;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), body["result"]), body.ToJsonString());
        Assert.True(JsonNode.DeepEquals(body["result"]!["scenes"], body["scenes"]));
        Assert.Equal($"{Saved}", body["metadata"]!["scenario_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task Image_urls_are_below_the_public_base_url_when_there_is_one()
    {
        await using var server = await ApiServer.StartAsync(new() { PublicBaseUrl = new("https://cdn.example.com") });
        server.Engine.Put(server.Put("t1", TaskState.Running, 1) with
        {
            Progress = new() { Scenes = [new(1, SceneStatus.Completed, "/a.png")] },
        });
        Assert.Equal("https://cdn.example.com/a.png", (await GetAsync(server, "t1"))["scenes"]![0]!["image_url"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(TaskState.Cancelled, "completed:-,skipped:insufficient_credits,generating:-,cancelled:cancelled,cancelled:cancelled,completed:-")]
    [InlineData(TaskState.Failed, "completed:-,skipped:insufficient_credits,failed:-,failed:-,failed:-,completed:-")]
    public async Task A_task_that_ended_early_shows_what_the_store_knows_of_its_scenes(TaskState state, string expected)
    {
        await using var server = await ApiServer.StartAsync();
        server.Engine.Put(server.Put("t1", state, 6) with
        {
            Error = state == TaskState.Failed ? new("save_scenes_failed", "The database is away") : null,
            Progress = new()
            {
                Scenes =
                [
                    new(1, SceneStatus.Generating), new(2, SceneStatus.Pending), new(3, SceneStatus.Generating),
                    new(4, SceneStatus.Generating), new(5, SceneStatus.Pending), new(6, SceneStatus.Completed, "/6.png"),
                ],
            },
        });
        Row(server, 1, new() { Status = SceneStatus.Completed, ImageUrl = "/1.png" });
        Row(server, 2, new() { Status = SceneStatus.Skipped, Reason = SceneReason.InsufficientCredits });
        Row(server, 3, new() { Status = SceneStatus.Generating });
        Row(server, 4, new() { Status = SceneStatus.Pending });
        var body = await GetAsync(server, "t1");
        Assert.Equal(expected, Outcomes(body));
        Assert.Equal($"{server.Address}1.png", body["scenes"]![0]!["image_url"]!.GetValue<string>());
        Assert.Equal(1, server.Store.Reads);
        Assert.Equal(state == TaskState.Failed ? "The database is away" : "Cancelled", body["message"]!.GetValue<string>());
        Assert.Equal(state == TaskState.Failed, body["error"] is not null);
    }

    [Fact]
    public async Task A_store_that_cannot_be_read_leaves_what_the_engine_knows()
    {
        await using var server = await ApiServer.StartAsync();
        server.Store.Failure = new StorageException("down", isTransient: true);
        server.Put("t1", TaskState.Cancelled);
        Assert.Equal("cancelled:cancelled,cancelled:cancelled", Outcomes(await GetAsync(server, "t1")));
        Assert.Contains(server.Log.Lines, line => line.Message.Contains("could not be read", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"other\", W/{0}", HttpStatusCode.NotModified)]
    [InlineData("{0}", HttpStatusCode.NotModified)]
    [InlineData("*", HttpStatusCode.NotModified)]
    [InlineData("\"other\"", HttpStatusCode.OK)]
    [InlineData("rubbish", HttpStatusCode.OK)]
    public async Task A_task_is_not_sent_again_to_who_has_it(string ifNoneMatch, HttpStatusCode expected)
    {
        await using var server = await ApiServer.StartAsync();
        server.Put("t1", TaskState.Running);
        var tag = (await server.GetAsync("/scenario/save/tasks/t1")).Headers.ETag!;
        Assert.False(tag.IsWeak);
        var again = new HttpRequestMessage(HttpMethod.Get, "/scenario/save/tasks/t1");
        again.Headers.TryAddWithoutValidation("If-None-Match", string.Format(ifNoneMatch, tag));
        var response = await server.Client.SendAsync(again, TestContext.Current.CancellationToken);
        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(tag, response.Headers.ETag);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter!.Delta);
        Assert.True(response.Headers.CacheControl!.NoCache);
    }

    [Fact]
    public async Task The_tag_changes_with_the_task()
    {
        await using var server = await ApiServer.StartAsync();
        server.Put("t1", TaskState.Running);
        var before = (await server.GetAsync("/scenario/save/tasks/t1")).Headers.ETag;
        server.Engine.Change("t1", task => task with { Progress = new() { Percent = 5 } });
        Assert.NotEqual(before, (await server.GetAsync("/scenario/save/tasks/t1")).Headers.ETag);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("a%20b")]
    [InlineData("%F0%9F%98%80")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task An_unknown_task_is_not_found(string taskId)
    {
        await using var server = await ApiServer.StartAsync();
        var url = $"/scenario/save/tasks/{taskId}";
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync(url)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await server.DeleteAsync(url)).StatusCode);
    }

    private static async Task<JsonObject> GetAsync(ApiServer server, string taskId)
    {
        var response = await server.GetAsync($"/scenario/save/tasks/{taskId}");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.JsonAsync();
    }

    private static string Outcomes(JsonObject task) => string.Join(',', task["scenes"]!.AsArray().Select(scene =>
        $"{scene!["status"]!.GetValue<string>()}:{scene["reason"]?.GetValue<string>() ?? "-"}"));

    private static void Row(ApiServer server, int number, SceneState state) => server.Store.Scenes.Add(new(
        ScenarioIds.Scene("t1", number), ScenarioIds.Scenario("t1"), new Scene { SceneNumber = number }, state));
}
