using System.Net;
using System.Text.Json.Nodes;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Api;

public sealed class DryRunTests
{
    private const string Url = "/scenario/save?dry_run=true";

    [Fact]
    public async Task It_tells_what_a_task_would_do_and_cost_and_does_none_of_it()
    {
        await using var server = await ApiServer.StartAsync(new() { CreditsPerImage = 3, MaxParallelImages = 1 });
        var prompt = string.Join(' ', Enumerable.Repeat("a long red boat", 100));
        var plan = await PlanAsync(server, $$"""
            {"title":"Plan","resolution":"1280x720","scenes":[{},
             {"image_prompt":"A phone","product_reference_image_url":"https://shop.example.com/phone.jpg"},
             {"image_prompt":"{{prompt}}","product_reference_image_url":"http://localhost/phone.jpg","resolution":"9:16"},
             {"description":"No prompt"}]}
            """);

        Assert.Equal("2 6 100 13 65 gen4_image", string.Join(' ', new[] { "images", "credits_needed", "credits_available", "image_service_credits", "seconds", "model" }
            .Select(name => plan[name])));
        var scenes = plan["scenes"]!.AsArray();
        Assert.Equal(
            ["1 false first_scene   false ", "2 true  1280:720  true 5", "3 true  1080:1920 998 false 8", "4 false no_image_prompt   false "],
            scenes.Select(scene => string.Join(' ', new[] { "scene_number", "makes_image", "reason", "ratio", "prompt_cut_at", "reference_used", "image_service_credits" }
                .Select(name => scene![name]))));
        Assert.Empty(scenes[1]!["adjustments"]!.AsArray());
        var adjustments = scenes[2]!["adjustments"]!.AsArray().Select(text => (string)text!).ToList();
        Assert.Contains("cut to 998 characters", adjustments[0], StringComparison.Ordinal);
        Assert.Contains("reference image was left out", adjustments[1], StringComparison.Ordinal);
        Assert.Empty(server.Engine.Started);
    }

    [Fact]
    public async Task More_images_of_a_stored_scenario_are_planned_the_same_and_none_is_begun()
    {
        await using var server = await ApiServer.StartAsync();
        var stored = server.PutScenario("user_1", new JsonObject { ["resolution"] = "16:9" });
        var url = $"/scenarios/{stored.Row.Id}/images?dry_run=true";

        var missing = await (await server.PostAsync("{\"scenes\":\"missing\"}", path: url)).JsonAsync();
        var chosen = await (await server.PostAsync(
            "{\"scenes\":[{\"scene_number\":1,\"image_prompt\":\"A hat\",\"model\":\"muse_image\",\"ratio\":\"9:16\",\"seed\":1}]}", path: url)).JsonAsync();

        Assert.Equal("1 2 8", $"{missing["images"]} {missing["credits_needed"]} {missing["image_service_credits"]}");
        Assert.Equal([3], missing["scenes"]!.AsArray().Select(scene => (int)scene!["scene_number"]!));
        var first = Assert.Single(chosen["scenes"]!.AsArray())!;
        Assert.Equal("true 1152:2016 1", $"{first["makes_image"]} {first["ratio"]} {first["image_service_credits"]}");
        Assert.Contains("seed was left out", (string)first["adjustments"]![0]!, StringComparison.Ordinal);
        Assert.Empty(server.Engine.Started);
        Assert.Empty(server.Store.Begun);
    }

    [Fact]
    public async Task It_tells_what_each_image_has_in_common_with_the_others_and_what_of_it_the_model_does_not_take()
    {
        const string Look = """
            "seed":5,"style_reference":"first_scene",
            "reference_images":[{"uri":"runway://hero","tag":"hero"},{"uri":"http://x.test/a.png"},{"uri":"runway://b","tag":"b"}]
            """;
        await using var server = await ApiServer.StartAsync();
        var plan = await PlanAsync(server, $$"""
            {"title":"Plan",{{Look}},"scenes":[{"generated_image_url":"https://cdn.test/1.png"},
             {"image_prompt":"A phone","product_reference_image_url":"https://shop.example.com/phone.jpg"},{"image_prompt":"A cup"}]}
            """);
        string[] notes =
        [
            "Reference image 2 was left out: RunwayML only accepts https URLs without a port or a user name.",
            "The tag \"b\" of reference image 3 was left out: a tag has 3 to 16 letters, digits and underscores, and starts with a letter.",
        ];

        Assert.Equal(["0 false ", "3 true 5", "3 false 5"], plan["scenes"]!.AsArray().Select(Counts));
        Assert.Equal(
            [.. notes, "The style reference was left out: the model gen4_image takes at most 3 reference images."],
            Adjustments(plan["scenes"]![1]));
        Assert.Equal(notes, Adjustments(plan["scenes"]![2]));

        var stored = server.PutScenario("user_1", JsonNode.Parse("{" + Look + "}")!.AsObject());
        var again = await (await server.PostAsync(
            """{"scenes":[{"scene_number":3},{"scene_number":2,"seed":6,"model":"muse_image"}]}""",
            path: $"/scenarios/{stored.Row.Id}/images?dry_run=true")).JsonAsync();

        Assert.Equal(["3 true ", "2 false 5"], again["scenes"]!.AsArray().Select(Counts));
        Assert.Contains("The style reference was left out: the first scene has no image.", Adjustments(again["scenes"]![1]));
        Assert.Contains("The seed was left out: the model muse_image takes none.", Adjustments(again["scenes"]![0]));
    }

    [Fact]
    public async Task It_tells_what_was_done_to_read_the_scenario()
    {
        await using var server = await ApiServer.StartAsync();
        var fenced = JsonValue.Create($"Here it is:\n```json\n{Posts.Scenario}\n```").ToJsonString();
        Assert.NotEmpty((await PlanAsync(server, fenced))["adjustments"]!.AsArray());
    }

    [Fact]
    public async Task What_a_post_would_refuse_it_refuses()
    {
        await using var server = await ApiServer.StartAsync(new ServiceSettings());
        var errors = await (await server.PostAsync("""{"short_id":"","scenario":{"scenes":[]}}""", path: Url)).ErrorsAsync();
        Assert.All(["$.short_id", "$.user_id", "$.scenario.scenes"], path => Assert.Contains(path, errors.Keys));
    }

    [Theory]
    [InlineData("maybe")]
    [InlineData("true&dry_run=false")]
    public async Task A_parameter_that_is_no_yes_or_no_starts_nothing(string value)
    {
        await using var server = await ApiServer.StartAsync();
        var response = await server.PostAsync(Posts.Save(), path: $"/scenario/save?dry_run={value}");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("dry_run", (string)(await response.JsonAsync())["detail"]!, StringComparison.Ordinal);
        Assert.Empty(server.Engine.Started);
    }

    private static string Counts(JsonNode? scene) => $"{scene!["references"]} {scene["reference_used"]} {scene["seed"]}";

    private static IEnumerable<string> Adjustments(JsonNode? scene) => scene!["adjustments"]!.AsArray().Select(text => (string)text!);

    private static async Task<JsonObject> PlanAsync(ApiServer server, string scenario)
    {
        var response = await server.PostAsync(Posts.Save(scenario), path: Url);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.JsonAsync();
    }
}
