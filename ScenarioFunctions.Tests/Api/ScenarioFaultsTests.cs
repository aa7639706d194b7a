using System.Net;
using System.Text.Json;
using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Api;

public sealed class ScenarioFaultsTests
{
    private const string Everything = """
        {"title":["x"],"description":1,"total_duration":86400.5,"style":[],"mood":{},"resolution":7,"scenario_id":true,
         "detected_demographics":"x","reference_images":["a",{"tag":1}],"seed":-1,"style_reference":"last_scene",
         "audio_script":{"hook":1,"main":[],"cta":false,"hashtags":["#a",2]},
         "scenes":[7,
                   {"duration":-1},
                   {"image_prompt":"","visual_prompt":2,"image_reasoning":3,"product_reference_image_url":4,
                    "description":5,"duration":"six","scene_number":1.5},
                   {"image_prompt":null}]}
        """;

    private static readonly string[] EveryPath =
    [
        "$.scenario.audio_script.cta", "$.scenario.audio_script.hashtags[1]", "$.scenario.audio_script.hook",
        "$.scenario.audio_script.main", "$.scenario.description", "$.scenario.detected_demographics",
        "$.scenario.mood", "$.scenario.reference_images[0]", "$.scenario.reference_images[1].tag",
        "$.scenario.reference_images[1].uri", "$.scenario.scenario_id", "$.scenario.scenes[0]",
        "$.scenario.scenes[1].duration", "$.scenario.scenes[2].description",
        "$.scenario.scenes[2].duration", "$.scenario.scenes[2].image_reasoning",
        "$.scenario.scenes[2].product_reference_image_url", "$.scenario.scenes[2].visual_prompt", "$.scenario.seed", "$.scenario.style",
        "$.scenario.style_reference", "$.scenario.title", "$.scenario.total_duration",
    ];

    /// <summary>Wrappers that language models and tools put around their answer: what they hold is named, not guessed.</summary>
    [Theory]
    [InlineData("""{"data": REQUEST}""", "$.scenario", "$.data.scenario")]
    [InlineData("""{"short_id":"s","user_id":"u","result":SCENARIO}""", "$.scenario", "$.result")]
    [InlineData("""{"short_id":"s","user_id":"u","output":{"data":{"scenario":"{}"}}}""", "$.scenario", "$.output.data.scenario")]
    [InlineData("""{"short_id":"s","user_id":"u","scenario":{"data":SCENARIO}}""", "$.scenario", "$.scenario.data")]
    [InlineData("""{"short_id":"s","user_id":"u","scenario":{"result":REQUEST}}""", "$.scenario", "$.scenario.result.scenario")]
    public async Task A_scenario_in_a_wrapper_is_refused_with_the_place_where_it_was_found(string body, string at, string place)
    {
        await using var server = await ApiServer.StartAsync();
        var posted = body.Replace("REQUEST", Posts.Save(), StringComparison.Ordinal).Replace("SCENARIO", Posts.Scenario, StringComparison.Ordinal);

        var errors = await (await server.PostAsync(posted)).ErrorsAsync();

        Assert.Contains(errors[at], fault => fault.Contains("did you mean", StringComparison.Ordinal) && fault.EndsWith($" in {place}?", StringComparison.Ordinal));
        Assert.Empty(server.Engine.Started);
    }

    [Theory]
    [InlineData("""{"short_id":"s","user_id":"u","data":{"title":"T"}}""")]
    [InlineData("""{"short_id":"s","user_id":"u","scenario":{"title":"T","extra":{"scenes":[]}}}""")]
    public async Task What_holds_no_scenario_is_no_hint(string body)
    {
        await using var server = await ApiServer.StartAsync();

        var errors = await (await server.PostAsync(body)).ErrorsAsync();

        Assert.DoesNotContain(errors.Values.SelectMany(faults => faults), fault => fault.Contains("did you mean", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_fault_is_told_at_once_whether_posted_as_an_object_or_a_string(bool asString)
    {
        await using var server = await ApiServer.StartAsync();
        var response = await server.PostAsync(Posts.Save(asString ? JsonSerializer.Serialize(Everything) : Everything));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var errors = await response.ErrorsAsync();
        Assert.Equal(EveryPath, errors.Keys.Order(StringComparer.Ordinal));
        Assert.All(errors, error => Assert.Equal(error.Value.Distinct(), error.Value));
        Assert.Empty(server.Engine.Started);
    }

    [Theory]
    [InlineData(0, HttpStatusCode.BadRequest)]
    [InlineData(1, HttpStatusCode.Accepted)]
    [InlineData(100, HttpStatusCode.Accepted)]
    [InlineData(101, HttpStatusCode.BadRequest)]
    public async Task A_scenario_has_1_to_100_scenes(int count, HttpStatusCode expected)
    {
        await using var server = await ApiServer.StartAsync();
        var scenes = string.Join(',', Enumerable.Repeat("""{"image_prompt":"p"}""", count));
        var response = await server.PostAsync(Posts.Save($$"""{"title":"T","scenes":[{{scenes}}]}"""));
        Assert.Equal(expected, response.StatusCode);
        if (expected == HttpStatusCode.BadRequest)
        {
            Assert.Equal([$"must hold 1 to 100 scenes, not {count}"], (await response.ErrorsAsync())["$.scenario.scenes"]);
        }
    }

    [Theory]
    [InlineData("""{"title":"T"}""", "must hold 1 to 100 scenes, not 0")]
    [InlineData("""{"title":"T","scenes":null}""", "must hold 1 to 100 scenes, not 0")]
    [InlineData("""{"title":"T","scenes":{}}""", "must be an array, not an object")]
    public async Task Scenes_are_required(string scenario, string fault)
    {
        await using var server = await ApiServer.StartAsync();
        var errors = await (await server.PostAsync(Posts.Save(scenario))).ErrorsAsync();
        Assert.Equal([fault], errors["$.scenario.scenes"]);
    }

    [Theory]
    [InlineData("""{"title":"a\u0000b","scenes":[{}]}""", "$.scenario.title")]
    [InlineData("""{"title":"T","scenes":[{}],"other":{"deep":["x","\ud83d"]}}""", "$.scenario.other.deep[1]")]
    [InlineData("""{"title":"T","scenes":[{}],"other":"\ud83d\u0041"}""", "$.scenario.other")]
    [InlineData("""{"title":"T","scenes":[{"\udc00":1}]}""", "$.scenario.scenes[0]['\\udc00']")]
    [InlineData("""{"title":"T","scenes":[{}],"odd name\u0000":1}""", "$.scenario['odd name\\u0000']")]
    [InlineData("""{"title":"T","scenes":[{}],"title":"U"}""", "$.scenario.title")]
    [InlineData("""{"title":"T","scenes":[{}],"o":{"a":1,"\u0061":2}}""", "$.scenario.o.a")]
    [InlineData("""{"title":"T","scenes":[{}],"o":[1e308,-1e309]}""", "$.scenario.o[1]")]
    public async Task What_cannot_be_stored_is_refused_by_path_wherever_it_is(string scenario, string path)
    {
        await using var server = await ApiServer.StartAsync();
        var asObject = await (await server.PostAsync(Posts.Save(scenario))).ErrorsAsync();
        Assert.Equal([path], asObject.Keys);
        var asString = await (await server.PostAsync(Posts.Save(JsonSerializer.Serialize(scenario)))).ErrorsAsync();
        Assert.Equal([path], asString.Keys);
    }

    [Fact]
    public async Task Emoji_escaped_as_a_pair_and_backslashes_before_a_u_are_fine()
    {
        await using var server = await ApiServer.StartAsync();
        var response = await server.PostAsync(Posts.Save("""{"title":"\ud83d\ude00 \\u0000 \\\\ud800","scenes":[{}]}"""));
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("😀 \\u0000 \\\\ud800", server.Engine.Started.Values.Single().Scenario.Details.Title);
    }

    [Fact]
    public async Task Unknown_fields_of_the_request_are_ignored_and_null_counts_as_absent()
    {
        await using var server = await ApiServer.StartAsync();
        var body = """
            {"short_id":"a","user_id":"b","extra":{"x":1},
             "scenario":{"title":"T","style":null,"audio_script":null,"total_duration":null,
                         "scenes":[{"image_prompt":null,"duration":null,"scene_number":null}]}}
            """;
        Assert.Equal(HttpStatusCode.Accepted, (await server.PostAsync(body)).StatusCode);
        var details = server.Engine.Started.Values.Single().Scenario.Details;
        Assert.Equal(["scene_fields"], details.Metadata.Select(field => field.Key));
    }
}
