using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Api.Dialects;

/// <summary>200 scenarios in each dialect: each is saved as it is meant, or refused at the right place. The seed is in the failure.</summary>
public sealed class GeneratedDialectTests
{
    private const int Variants = 200;

    private static readonly Dictionary<string, Func<PostedDialects, string, string>> Written = new()
    {
        ["code block"] = (dialects, json) => dialects.CodeBlock(json),
        ["sentences"] = (dialects, json) => dialects.Sentences(json),
        ["byte order mark"] = (dialects, json) => dialects.ByteOrderMark(json),
        ["encoded again"] = (dialects, json) => dialects.EncodedAgain(json),
        ["wrapped"] = (dialects, json) => dialects.Wrapped(json),
        ["trailing commas"] = (dialects, json) => dialects.TrailingCommas(json),
        ["comments"] = (dialects, json) => dialects.Comments(json),
        ["mixed"] = (dialects, json) => dialects.Mixed(json),
    };

    public static TheoryData<string> Texts => [.. Written.Keys];

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task A_text_is_saved_as_what_it_holds(string dialect)
    {
        await using var server = await ApiServer.StartAsync();
        for (var seed = 0; seed < Variants; seed++)
        {
            var dialects = new PostedDialects(seed);
            var json = Json(dialects.Scenario(), dialects.Pick(true, false));
            var text = Written[dialect](dialects, json);

            var meant = await StartedAsync(server, json, seed);
            var started = await StartedAsync(server, JsonSerializer.Serialize(text), seed);

            Assert.True(meant.Input.RequestHash == started.Input.RequestHash, $"Seed {seed} was read as another scenario: {text}");
            Assert.True(started.Adjustments.Any() == (text.Trim() != json), $"Seed {seed}: {string.Join(' ', started.Adjustments)}: {text}");
        }
    }

    [Fact]
    public async Task A_text_that_was_cut_off_is_refused_where_it_ends()
    {
        await using var server = await ApiServer.StartAsync();
        for (var seed = 0; seed < Variants; seed++)
        {
            var dialects = new PostedDialects(seed);
            var text = dialects.CutOff(Json(dialects.Scenario(), indented: false));

            var fault = await FaultAsync(server, JsonSerializer.Serialize(text), "$.scenario", seed);

            var column = int.Parse(fault.Split("line 1, column ")[1].Split(':')[0]);
            Assert.True(column >= text.TrimEnd().Length - 6 && column <= text.Length + 1, $"Seed {seed}: {fault}: {text}");
        }
    }

    [Fact]
    public async Task Durations_may_be_said_in_words()
    {
        await EachAsync(
            (dialects, scenario) => EachScene(scenario, scene => scene["duration"] = JsonNode.Parse(
                dialects.Pick("\"8\"", "\"8s\"", "\"8 seconds\"", "\" 8.0 Sec \"", "8.0", "null"))),
            input => Assert.All(input.Scenario.Scenes, scene => Assert.True(scene.Duration is 8 or 0)));
    }

    [Fact]
    public async Task Scene_numbers_are_never_obeyed()
    {
        await EachAsync(
            (dialects, scenario) => EachScene(scenario, scene =>
            {
                scene["scene_number"] = dialects.Pick<JsonNode?>(0, 1, "4.1", "Scene 3", 2.5, -1, null);
                if (dialects.Next(4) == 0)
                {
                    scene.Remove("scene_number");
                }
            }),
            input => Assert.Equal(Enumerable.Range(1, input.Scenario.Scenes.Count), input.Scenario.Scenes.Select(scene => scene.SceneNumber)));
    }

    [Fact]
    public async Task A_scene_without_a_prompt_is_saved_without_an_image()
    {
        await EachAsync(
            (dialects, scenario) =>
            {
                var scene = scenario["scenes"]!.AsArray()[^1]!.AsObject();
                scene["image_prompt"] = dialects.Pick<JsonNode?>("", " ", null);
                if (dialects.Next(2) == 0)
                {
                    scene.Remove("image_prompt");
                }
            },
            input => Assert.Equal(
                input.Scenario.Scenes.Count == 1 ? SceneReason.FirstScene : SceneReason.NoImagePrompt, input.Scenario.Scenes[^1].NoImageFor));
    }

    [Fact]
    public async Task Texts_may_be_empty_and_hashtags_one_text()
    {
        await EachAsync(
            (dialects, scenario) =>
            {
                scenario[dialects.Pick("title", "description", "style")] = "";
                scenario["audio_script"]!["hashtags"] = dialects.Pick<JsonNode?>("#a #b", "#a, #b", null);
                EachScene(scenario, scene => scene[dialects.Pick("description", "visual_prompt", "image_reasoning")] = "");
            },
            input => Assert.NotEmpty(input.Scenario.Scenes));
    }

    [Fact]
    public async Task Landscape_is_landscape_however_it_is_said()
    {
        await EachAsync(
            (dialects, scenario) =>
            {
                scenario.Remove("resolution");
                scenario[dialects.Pick("resolution", "aspect_ratio", "aspectRatio")] = dialects.Pick<Func<JsonNode>>(
                    () => "16:9", () => "16/9", () => "1920x1080", () => "1,920 × 1,080", () => "1080p landscape", () => "16:9 horizontal (1280:720)",
                    () => new JsonObject { ["width"] = 1920, ["height"] = "1080" }, () => "width=1920,height=1080", () => new JsonArray(1920, 1080))();
            },
            input =>
            {
                var plan = ImageRequestRules.Build(
                    new Scene { SceneNumber = 2, ImagePrompt = "A cup" }, input.Scenario.Details.Resolution, "gen4_image");
                var sides = plan.Request!.Ratio.Split(':').Select(int.Parse).ToArray();
                Assert.True(sides[0] > sides[1]);
                Assert.Null(plan.Note);
            });
    }

    [Theory]
    [InlineData("$.scenario", "title", "video_title", "videoTitle", "Title", "scenario_title", "tilte")]
    [InlineData("$.scenario", "scenes", "shots", "clips", "segments", "Scenes", "scene", "sceneList")]
    [InlineData("$.scenario.scenes[0]", "image_prompt", "imagePrompt", "image-prompt", "ImagePrompt", "prompt", "image_promt")]
    [InlineData("$.scenario.scenes[0]", "visual_prompt", "visualPrompt", "video_prompt", "motionPrompt", "visual prompt", "visual_promtp")]
    public async Task A_field_under_another_name_is_refused_with_the_one_that_was_meant(string path, string name, params string[] others)
    {
        await using var server = await ApiServer.StartAsync();
        for (var seed = 0; seed < Variants; seed++)
        {
            var dialects = new PostedDialects(seed);
            var (scenario, other) = (dialects.Scenario(), dialects.Pick(others));
            var home = path == "$.scenario" ? scenario : scenario["scenes"]![0]!.AsObject();
            home.Remove(name, out var value);
            home[other] = value!.DeepClone();
            var place = other.All(character => char.IsAsciiLetter(character) || character == '_') ? $".{other}" : $"['{other}']";

            var fault = await FaultAsync(server, Json(scenario, indented: true), path + place, seed);

            Assert.Contains($"did you mean `{name}`?", fault, StringComparison.Ordinal);
        }
    }

    private static async Task EachAsync(Action<PostedDialects, JsonObject> change, Action<SaveScenarioInput> check)
    {
        await using var server = await ApiServer.StartAsync();
        for (var seed = 0; seed < Variants; seed++)
        {
            var dialects = new PostedDialects(seed);
            var scenario = dialects.Scenario();
            var before = scenario["scenes"]!.AsArray().Select(scene => (string?)scene!["image_prompt"]).ToArray();
            change(dialects, scenario);
            var (input, _) = await StartedAsync(server, Json(scenario, indented: false), seed);
            Assert.Equal(before[..^1], input.Scenario.Scenes.SkipLast(1).Select(scene => scene.ImagePrompt));
            check(input);
        }
    }

    private static void EachScene(JsonObject scenario, Action<JsonObject> change)
    {
        foreach (var scene in scenario["scenes"]!.AsArray())
        {
            change(scene!.AsObject());
        }
    }

    private static async Task<(SaveScenarioInput Input, IEnumerable<string> Adjustments)> StartedAsync(ApiServer server, string scenario, int seed)
    {
        var response = await server.PostAsync(Posts.Save(scenario));
        var body = await response.JsonAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, $"Seed {seed}: {body["errors"]}: {scenario}");
        return (server.Engine.Started[(string)body["task_id"]!], body["adjustments"]!.AsArray().Select(sentence => (string)sentence!));
    }

    private static async Task<string> FaultAsync(ApiServer server, string scenario, string path, int seed)
    {
        var response = await server.PostAsync(Posts.Save(scenario));
        Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"Seed {seed} was taken: {scenario}");
        var errors = await response.ErrorsAsync();
        Assert.True(errors.ContainsKey(path), $"Seed {seed} is refused at {string.Join(", ", errors.Keys)}, not at {path}: {scenario}");
        return errors[path].Single();
    }

    private static string Json(JsonObject scenario, bool indented) => scenario.ToJsonString(
        new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = indented });
}
