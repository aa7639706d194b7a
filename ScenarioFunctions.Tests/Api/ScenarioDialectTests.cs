using System.Text.Json;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Tests.Api;

/// <summary>Scenarios as real generators write them: what they mean is taken, not refused.</summary>
public sealed class ScenarioDialectTests
{
    [Theory]
    [InlineData(""" "resolution": "1920x1080" """)]
    [InlineData(""" "resolution": "16/9" """)]
    [InlineData(""" "resolution": "width=1920,height=1080" """)]
    [InlineData(""" "resolution": {"width": 1920, "height": 1080} """)]
    [InlineData(""" "resolution": {"height": "1080", "width": "1920", "unit": "px"} """)]
    [InlineData(""" "resolution": {"aspect_ratio": "16:9"} """)]
    [InlineData(""" "resolution": [1920, 1080] """)]
    [InlineData(""" "resolution": "1080p", "aspect_ratio": "16:9" """)]
    [InlineData(""" "resolution": "1080p", "orientation": "landscape" """)]
    [InlineData(""" "aspect_ratio": "16:9" """)]
    [InlineData(""" "aspectRatio": "16:9" """)]
    [InlineData(""" "resolution": null, "orientation": "Landscape" """)]
    [InlineData(""" "width": 1920, "height": "1080" """)]
    [InlineData(""" "resolution": "16-9" """)]
    [InlineData(""" "resolution": "16：9" """)]
    [InlineData(""" "Resolution": "1920x1080" """)]
    [InlineData(""" "aspect-ratio": "16:9" """)]
    [InlineData(""" "ratio": "16:9" """)]
    [InlineData(""" "dimensions": {"width": 1920, "height": 1080} """)]
    [InlineData(""" "image_size": "landscape_16_9" """)]
    [InlineData(""" "video_format": "Landscape" """)]
    [InlineData(""" "resolution": null, "format": "16:9" """)]
    [InlineData(""" "video_settings": {"fps": 30, "aspect_ratio": "16:9"} """)]
    public void Full_HD_landscape_is_read_however_it_is_said(string said)
    {
        var plan = Plan(said);

        Assert.Equal(("1920:1080", null), (plan.Request!.Ratio, plan.Note));
    }

    [Theory]
    [InlineData(""" "resolution": "large" """, "\"large\" could not be read")]
    [InlineData(""" "resolution": 1080 """, "\"1080\" could not be read")]
    [InlineData(""" "resolution": {"size": "large"} """, "\"size=large\" could not be read")]
    [InlineData(""" "resolution": "720p" """, "\"720p\" does not say whether landscape or portrait")]
    public void What_cannot_be_read_is_said_with_each_image(string said, string note) =>
        Assert.Contains(note, Plan(said).Note, StringComparison.Ordinal);

    [Theory]
    [InlineData(""" "style": "cinematic" """)]
    [InlineData(""" "resolution": "" """)]
    [InlineData(""" "resolution": {} """)]
    [InlineData(""" "format": "mp4", "size": "large", "dimensions": "wide shot" """)]
    [InlineData(""" "logo": {"size": "1920x1080"} """)]
    public void Nothing_said_is_portrait_as_ever(string said)
    {
        var plan = Plan(said);

        Assert.Equal(("1080:1920", null), (plan.Request!.Ratio, plan.Note));
    }

    [Fact]
    public void What_was_said_is_kept_as_posted()
    {
        var metadata = Parse("""{"title":"T","resolution":{"width":1920,"height":1080},"aspect_ratio":"16:9","scenes":[{}]}""")
            .Details.Metadata;

        Assert.Equal("""{"resolution":{"width":1920,"height":1080},"aspect_ratio":"16:9"}""", metadata.ToJsonString());
    }

    [Fact]
    public void A_scene_may_say_its_own_size()
    {
        var scenario = Parse("""{"title":"T","resolution":"9:16","scenes":[{},{"image_prompt":"p","aspect_ratio":"16:9"},{"image_prompt":"p"}]}""");

        Assert.Equal([null, "16:9", null], scenario.Scenes.Select(scene => scene.Resolution));
    }

    [Fact]
    public void Other_fields_do_not_contradict_a_resolution() =>
        Assert.Equal("9:16", Parse("""{"title":"T","resolution":"9:16","format":"16:9","scenes":[{}]}""").Details.Resolution);

    [Theory]
    [InlineData("N/A")]
    [InlineData("None.")]
    [InlineData("(null)")]
    [InlineData("-")]
    [InlineData("\u200B")]
    public void A_prompt_that_says_that_there_is_none_buys_no_image_and_is_told(string prompt)
    {
        var faults = new JsonFaults();
        using var json = JsonDocument.Parse($$"""{"title":"T","scenes":[{},{"image_prompt":{{JsonSerializer.Serialize(prompt)}}}]}""");

        var scenario = ScenarioParser.Parse(json.RootElement, JsonPath.Root, faults)!;

        Assert.Equal(SceneReason.NoImagePrompt, scenario.Scenes[1].NoImageFor);
        Assert.Equal($"The image_prompt of scene 2, \"{prompt}\", was read as none: no image is made for it.", Assert.Single(faults.Adjustments));
    }

    [Theory]
    [InlineData("Nina at the window")]
    [InlineData("🌅")]
    [InlineData("None of the lamps are lit")]
    [InlineData("海")]
    public void A_short_prompt_is_a_prompt(string prompt) =>
        Assert.Equal(prompt, Parse($$"""{"title":"T","scenes":[{},{"image_prompt":"{{prompt}}"}]}""").Scenes[1].ImagePrompt);

    [Theory]
    [InlineData(""" "image_prompt": "" """)]
    [InlineData(""" "image_prompt": null """)]
    [InlineData(""" "description": "no prompt at all" """)]
    public void A_scene_may_lack_its_prompt(string scene)
    {
        var scenario = Parse($$"""{"title":"T","scenes":[{},{{{scene}}},{"image_prompt":"p"}]}""");

        Assert.Equal(
            [SceneReason.FirstScene, SceneReason.NoImagePrompt, null], scenario.Scenes.Select(posted => posted.NoImageFor));
    }

    [Fact]
    public void Numbers_may_be_strings()
    {
        var scenario = Parse("""
            {"title":"T","total_duration":"24.5","scenes":[{"scene_number":"1","duration":"8"},{"image_prompt":"p","duration":" 7.5 "},{"duration":"8,5"},{"duration":"1:30"},{"duration":"00:00:08"},{"duration":" "}]}
            """);

        Assert.Equal(24.5, scenario.Details.EstimatedDuration);
        Assert.Equal([8, 7.5, 8.5, 90, 8, 0], scenario.Scenes.Select(scene => scene.Duration));
    }

    [Theory]
    [InlineData("long")]
    [InlineData("NaN")]
    [InlineData("1,500")]
    [InlineData("8:5")]
    [InlineData("99:99")]
    [InlineData("-8")]
    [InlineData("86401")]
    public void A_string_that_holds_no_number_in_range_is_a_fault(string duration)
    {
        var faults = Faults($$"""{"title":"T","scenes":[{"duration":"{{duration}}"}]}""");

        Assert.Equal(["$.scenes[0].duration"], faults.Keys);
    }

    [Theory]
    [InlineData("https://cdn.example.com/first.png", "https://cdn.example.com/first.png")]
    [InlineData("javascript:alert(1)", null)]
    [InlineData("first.png", null)]
    public void The_image_that_the_first_scene_has_is_kept_when_a_page_may_show_it(string posted, string? kept)
    {
        var scenario = Parse($$"""
            {"title":"T","scenes":[{"generated_image_url":"{{posted}}"},{"image_prompt":"p","generated_image_url":"{{posted}}"}]}
            """);

        Assert.Equal([kept, null], scenario.Scenes.Select(scene => scene.ImageUrl));
        Assert.Equal(posted, (string?)scenario.Details.Metadata["scene_fields"]!["1"]!["generated_image_url"]);
    }

    private static ImageRequestPlan Plan(string said)
    {
        var scenario = Parse($$"""{"title":"T","scenes":[{},{"image_prompt":"A cup"}],{{said}}}""");
        return ImageRequestRules.Build(scenario.Scenes[1], scenario.Details.Resolution, "gen4_image");
    }

    private static Scenario Parse(string json) => Read(json, out var faults) ?? throw new InvalidOperationException(string.Join(", ", faults.Keys));

    private static IReadOnlyDictionary<string, IReadOnlyList<string>> Faults(string json)
    {
        Assert.Null(Read(json, out var faults));
        return faults;
    }

    private static Scenario? Read(string json, out IReadOnlyDictionary<string, IReadOnlyList<string>> told)
    {
        var faults = new JsonFaults();
        using var document = JsonDocument.Parse(json);
        JsonRules.Check(document.RootElement, JsonPath.Root, faults);
        told = faults.ByPath;
        return ScenarioParser.Parse(document.RootElement, JsonPath.Root, faults);
    }
}
