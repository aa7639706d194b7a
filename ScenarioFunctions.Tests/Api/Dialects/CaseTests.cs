using System.Net;
using System.Text.Json;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Tests.Infrastructure;
using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Api.Dialects;

/// <summary>Inputs of the shapes that real users send, whole, in the folder <c>Cases</c>.</summary>
public sealed class CaseTests
{
    [Theory]
    [InlineData("16-fenced.txt", "Markdown code block")]
    [InlineData("16-trailing-comma.txt", "Trailing commas")]
    public async Task A_text_that_holds_a_scenario_is_taken_and_told(string file, string said)
    {
        var (input, adjustments) = await PostAsync(Posts.Save(JsonSerializer.Serialize(Read(file))));

        Assert.Equal(["A linen apron on a hook by a window, view 1", "A linen apron on a hook by a window, view 2"],
            input.Scenario.Scenes.Select(scene => scene.ImagePrompt));
        Assert.Contains(said, Assert.Single(adjustments), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_that_holds_only_a_scenario_is_taken_as_that_scenario()
    {
        var (input, adjustments) = await PostAsync(Posts.Save(JsonSerializer.Serialize($"```json\n[{Posts.Scenario}]\n```")));

        Assert.Equal("Showcase", input.Scenario.Details.Title);
        Assert.Contains("The scenario was taken out of a list that held only it.", adjustments);
    }

    [Theory]
    [InlineData("05-scene-without-image_prompt-empty.json")]
    [InlineData("05-scene-without-image_prompt-null.json")]
    public async Task A_scene_without_a_prompt_is_saved_without_an_image(string file)
    {
        var (input, _) = await PostAsync(Read(file));

        Assert.Equal([SceneReason.FirstScene, null, SceneReason.NoImagePrompt], input.Scenario.Scenes.Select(scene => scene.NoImageFor));
    }

    [Fact]
    public async Task Numbers_as_strings_are_numbers()
    {
        var (input, _) = await PostAsync(Read("06-numbers-as-strings.json"));

        Assert.Equal(24, input.Scenario.Details.EstimatedDuration);
        Assert.All(input.Scenario.Scenes, scene => Assert.Equal(8, scene.Duration));
    }

    [Theory]
    [InlineData("07-aspect_ratio-instead-of-resolution.json")]
    [InlineData("07-resolution-16-slash-9.json")]
    [InlineData("07-resolution-width-height.json")]
    public async Task Landscape_is_landscape(string file)
    {
        var (input, _) = await PostAsync(Read(file));

        var plan = ImageRequestRules.Build(input.Scenario.Scenes[1], input.Scenario.Details.Resolution, "gen4_image");
        Assert.Equal("1920:1080", plan.Request!.Ratio);
    }

    [Fact]
    public async Task References_to_data_and_to_uploads_are_passed_on()
    {
        var (input, _) = await PostAsync(Read("03-reference-data-uri-and-runway-uri.json"));

        foreach (var scene in input.Scenario.Scenes.Skip(1))
        {
            var plan = ImageRequestRules.Build(scene, input.Scenario.Details.Resolution, "gen4_image");
            Assert.Equal(scene.ProductReferenceImageUrl, Assert.Single(plan.Request!.ReferenceImages).Uri);
        }
    }

    [Fact]
    public async Task The_image_that_the_first_scene_has_is_shown()
    {
        var (input, _) = await PostAsync(Read("20-first-scene-generated_image_url.json"));

        Assert.Equal("https://cdn.example.com/first.png", input.Scenario.Scenes[0].ImageUrl);
    }

    private static async Task<(SaveScenarioInput Input, string[] Adjustments)> PostAsync(string body)
    {
        await using var server = await ApiServer.StartAsync();
        var response = await server.PostAsync(body);
        var answer = await response.JsonAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, answer.ToJsonString());
        return (server.Engine.Started.Values.Single(), [.. answer["adjustments"]!.AsArray().Select(sentence => (string)sentence!)]);
    }

    private static string Read(string file) =>
        File.ReadAllText(Path.Combine(Repository.Root, "ScenarioFunctions.Tests", "Api", "Dialects", "Cases", file));
}
