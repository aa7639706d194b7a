using System.Text.Json;
using System.Text.Json.Nodes;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Api;

public sealed class ScenarioParsingTests
{
    [Fact]
    public void Every_known_field_finds_its_place()
    {
        var scenario = Parse("""
            {"title":"T","description":"D","total_duration":15.5,"resolution":"1080x1920",
             "audio_script":{"hook":"H","cta":"C","hashtags":["#a"]},
             "scenes":[{"scene_number":9,"description":"S","duration":5,"image_prompt":"I","visual_prompt":"V",
                        "product_reference_image_url":"https://example.com/p.jpg","image_reasoning":"R"},
                       {"image_prompt":"J","product_reference_image_url":" "}]}
            """);
        Assert.Equal(("T", "D", "H\nC", 15.5, "1080x1920"), (scenario.Details.Title, scenario.Details.Description,
            scenario.Details.Script, scenario.Details.EstimatedDuration, scenario.Details.Resolution));
        var first = new Scene
        {
            SceneNumber = 1,
            Description = "S",
            Duration = 5,
            ImagePrompt = "I",
            VisualPrompt = "V",
            ProductReferenceImageUrl = "https://example.com/p.jpg",
            ImageReasoning = "R",
        };
        Assert.Equal([first, new Scene { SceneNumber = 2, ImagePrompt = "J" }], scenario.Scenes);
    }

    [Fact]
    public void The_duration_is_the_sum_of_the_scenes_unless_told() =>
        Assert.Equal(7.25, Parse("""{"title":"T","scenes":[{"duration":3},{"image_prompt":"p","duration":4.25}]}""")
            .Details.EstimatedDuration);

    [Fact]
    public void Duplicate_and_missing_scene_numbers_give_scenes_in_the_order_posted()
    {
        var scenario = Parse("""
            {"title":"T","scenes":[{"scene_number":2,"description":"a"},{"scene_number":2,"description":"b","image_prompt":"p"},
                                   {"description":"c","image_prompt":"p"},{"scene_number":-4,"description":"d","image_prompt":"p"}]}
            """);
        Assert.Equal([(1, "a"), (2, "b"), (3, "c"), (4, "d")],
            scenario.Scenes.Select(scene => (scene.SceneNumber, scene.Description)));
    }

    [Fact]
    public void All_else_is_kept_unchanged_in_metadata_even_through_the_journal()
    {
        var scenario = Parse("""
            {"title":"T","scenario_id":"s1","style":"x","mood":"y","resolution":"1080:1920","target_audience":"Eltern 👪",
             "detected_demographics":{"age_group":"adults"},"big":123456789012345678901234567890.10,"nothing":null,
             "hashtags":"mine","scene_fields":[1],"references":["a study"],"audio_script":{"hashtags":["#a"],"voice":"alto"},
             "scenes":[{"scene_id":"scene_1","scene_number":1},{"image_prompt":"p","camera":{"lens":3.50}}]}
            """);
        var expected = """
            {"scenario_id":"s1","style":"x","mood":"y","resolution":"1080:1920","detected_demographics":{"age_group":"adults"},
             "hashtags":["#a"],"audio_script":{"voice":"alto"},
             "scene_fields":{"1":{"scene_id":"scene_1","scene_number":1},"2":{"camera":{"lens":3.50}}},
             "target_audience":"Eltern 👪","big":123456789012345678901234567890.10,"nothing":null,"references":["a study"],
             "scenario_fields":{"hashtags":"mine","scene_fields":[1]}}
            """;
        var journaled = JsonSerializer.SerializeToUtf8Bytes(scenario.Details, CoreJson.Default.ScenarioDetails);
        var read = JsonSerializer.Deserialize(journaled, CoreJson.Default.ScenarioDetails)!;
        foreach (var metadata in new[] { scenario.Details.Metadata, read.Metadata })
        {
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), metadata), metadata.ToJsonString());
            Assert.Contains("123456789012345678901234567890.10", metadata.ToJsonString(), StringComparison.Ordinal);
            Assert.Contains("3.50", metadata.ToJsonString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_sample_is_a_scenario_with_prompts_of_its_own()
    {
        var files = Directory.GetFiles(Path.Combine(Repository.Root, "samples"), "*.json");
        var scenarios = files.ToDictionary(file => Path.GetFileName(file), file => Parse(File.ReadAllText(file)));
        Assert.Equal([1, 5, 5, 12, 40], scenarios.Values.Select(scenario => scenario.Scenes.Count).Order());
        Assert.Single(scenarios["product-showcase.json"].Scenes);
        foreach (var scenes in scenarios.Values.Select(scenario => scenario.Scenes))
        {
            Assert.Equal(scenes.Count, scenes.Select(scene => scene.ImagePrompt).Distinct().Count());
        }
    }

    [Fact]
    public void What_all_images_have_in_common_is_kept_as_posted_and_read_from_there()
    {
        var scenario = Parse("""
            {"title":"T","reference_images":[{"uri":"runway://hero","tag":" @hero "},{"uri":"","more":1}],"seed":4294967295,
             "style_reference":"first_scene","scenes":[{"image_url":"https://cdn.test/1.png"},{"image_prompt":"p","image_url":"https://cdn.test/2.png"}]}
            """);
        Assert.Equal(["https://cdn.test/1.png", null], scenario.Scenes.Select(scene => scene.ImageUrl));
        Assert.Equal("""[{"uri":"runway://hero","tag":" @hero "},{"uri":"","more":1}]""", scenario.Details.Metadata["reference_images"]!.ToJsonString());

        var look = SharedLook.In(scenario.Details.Metadata, "/1.png")!;

        Assert.Equal([new("runway://hero", "hero"), new("", null)], look.References);
        Assert.Equal((4_294_967_295L, true, "/1.png"), (look.Seed, look.IsStyledAsFirstScene, look.FirstSceneImage));
        Assert.Equal("https://films.test/1.png", look.PublishedAt(new Uri("https://films.test/")).FirstSceneImage);
        Assert.Null(SharedLook.In(Parse("""{"title":"T","style":"noir","scenes":[{}]}""").Details.Metadata, "/1.png"));
    }

    [Fact]
    public void A_stored_look_of_another_program_that_cannot_be_read_is_ignored()
    {
        var look = SharedLook.In(JsonNode.Parse("""{"reference_images":"none","seed":"random","style_reference":7}""")!.AsObject(), null)!;
        Assert.Equal((0, null, false), (look.References.Count, look.Seed, look.IsStyledAsFirstScene));
    }

    private static Scenario Parse(string json)
    {
        var faults = new JsonFaults();
        using var document = JsonDocument.Parse(json);
        JsonRules.Check(document.RootElement, JsonPath.Root, faults);
        var scenario = ScenarioParser.Parse(document.RootElement, JsonPath.Root, faults);
        Assert.Empty(faults.ByPath);
        return scenario!;
    }
}
