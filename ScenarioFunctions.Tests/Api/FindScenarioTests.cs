using System.Net;
using System.Text.Json.Nodes;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Api;

public sealed class FindScenarioTests
{
    [Fact]
    public async Task A_scenario_shows_every_field_and_each_version_of_its_images()
    {
        await using var server = await ApiServer.StartAsync();
        var stored = server.PutScenario("user_1", new JsonObject { ["resolution"] = "9:16", ["deep"] = new JsonArray(1, "zwei") });

        var body = await (await server.GetAsync($"/scenarios/{stored.Row.Id}")).JsonAsync();

        var expected = $$"""
            {"scenario_id":"{{stored.Row.Id}}","short_id":"short_1","user_id":"user_1","title":"Grüße 🌍","description":"d","script":"s",
             "scene_count":3,"estimated_duration":7.5,"resolution":"9:16","metadata":{"resolution":"9:16","deep":[1,"zwei"]},
             "created_at":"2026-01-15T09:30:00.000Z","scenes":[
              {"scene_number":1,"description":"one","duration":2.5,"image_prompt":"","visual_prompt":"","product_reference_image_url":null,
               "status":"skipped","reason":"first_scene","note":null,"failure_code":null,"ordered_at":null,"attempt":null,"stored_at":null,"ended_at":null,"image_url":null,"version":null,"versions":[]},
              {"scene_number":2,"description":"","duration":5,"image_prompt":"a cup","visual_prompt":"v","product_reference_image_url":"https://x.test/p.png",
               "status":"completed","reason":null,"note":"cut","failure_code":null,"ordered_at":null,"attempt":null,"stored_at":null,"ended_at":null,"image_url":"{{server.Address}}a.png","version":1,"versions":[
                {"version":1,"image_url":"{{server.Address}}a.png","image_prompt":"a cup","model":"gen4_image","seed":null,"ratio":"1080:1920",
                 "credits_charged":2,"image_service_credits":8,"created_at":"2026-01-15T09:31:00.000Z",
                 "ordered_at":"2026-01-15T09:30:02.000Z","attempt":1,"stored_at":"2026-01-15T09:30:10.000Z","ended_at":"2026-01-15T09:31:00.000Z","task_id":"t1"},
                {"version":2,"image_url":"https://cdn.test/b.png","image_prompt":"a red cup","model":"gen4_image","seed":7,"ratio":"1080:1920",
                 "credits_charged":2,"image_service_credits":8,"created_at":"2026-01-15T09:32:00.000Z",
                 "ordered_at":"2026-01-15T09:30:02.000Z","attempt":1,"stored_at":"2026-01-15T09:30:10.000Z","ended_at":"2026-01-15T09:32:00.000Z","task_id":"t2"}]},
              {"scene_number":3,"description":"","duration":0,"image_prompt":"a pot","visual_prompt":"","product_reference_image_url":null,
               "status":"skipped","reason":"content_rejected","note":"again","failure_code":"SAFETY.INPUT.TEXT",
               "ordered_at":"2026-01-15T09:30:02.000Z","attempt":2,"stored_at":null,"ended_at":"2026-01-15T09:31:00.000Z","image_url":null,"version":null,"versions":[]}]}
            """;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), body), body.ToJsonString());
    }

    [Theory]
    [InlineData(SceneStatus.Pending, "pending")]
    [InlineData(SceneStatus.Generating, "generating")]
    [InlineData(SceneStatus.Skipped, "completed")]
    public async Task A_scene_whose_image_is_made_anew_tells_so_and_keeps_showing_the_one_it_has(SceneStatus anew, string expected)
    {
        await using var server = await ApiServer.StartAsync();
        var stored = server.PutScenario("user_1");
        var made = new SceneState { Status = anew, OrderedAt = new DateTimeOffset(2026, 1, 15, 9, 40, 0, TimeSpan.Zero) };
        var image = stored.Images[^1] with { Id = Guid.NewGuid(), SceneId = stored.Scenes[1].Id, State = made with { ImageUrl = "/not-charged.png" } };
        server.Store.Scenarios[0] = stored with { Images = [.. stored.Images, image] };

        var scene = (await (await server.GetAsync($"/scenarios/{stored.Row.Id}")).JsonAsync())["scenes"]![1]!;

        Assert.Equal((expected, 1), ((string?)scene["status"], (int?)scene["version"]));
        Assert.EndsWith("/a.png", (string?)scene["image_url"], StringComparison.Ordinal);
        Assert.Equal(2, scene["versions"]!.AsArray().Count);
        Assert.Equal(expected == "completed" ? null : "2026-01-15T09:40:00.000Z", (string?)scene["ordered_at"]);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("5b0f2f5c-0d53-5a4e-8a57-3d3f1a9be0c1")]
    public async Task A_scenario_that_is_not_there_is_not_found(string id)
    {
        await using var server = await ApiServer.StartAsync();

        var answer = await server.GetAsync($"/scenarios/{id}");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("There is no such scenario", (string?)(await answer.JsonAsync())["title"]);
    }

    [Fact]
    public async Task Scenarios_are_listed_by_short_and_user_with_a_cursor_while_there_are_more()
    {
        await using var server = await ApiServer.StartAsync();
        server.PutScenario("user_1");
        server.PutScenario("user_1");
        server.PutScenario("user_2");

        var page = await (await server.GetAsync("/scenarios?user_id=user_1&short_id=short_1&limit=1")).JsonAsync();
        var all = await (await server.GetAsync("/scenarios?user_id=user_1")).JsonAsync();

        var one = Assert.Single(page["scenarios"]!.AsArray())!;
        Assert.Equal(("short_1", "user_1", "Grüße 🌍", 3, 1), (
            (string?)one["short_id"], (string?)one["user_id"], (string?)one["title"], (int?)one["scene_count"], (int?)one["images"]));
        Assert.Equal(
            $"{server.Store.Scenarios[0].Row.Id}", $"{ScenarioCursor.Parse((string)page["next_cursor"]!)!.Id}");
        Assert.Equal((2, null), (all["scenarios"]!.AsArray().Count, (string?)all["next_cursor"]));
    }

    [Fact]
    public async Task Every_wrong_parameter_is_told_at_once()
    {
        await using var server = await ApiServer.StartAsync();

        var errors = await (await server.GetAsync("/scenarios?short_id=%20&user_id=..&limit=0&cursor=x")).ErrorsAsync();

        Assert.Equal(["cursor", "limit", "short_id", "user_id"], errors.Keys.Order());
    }
}
