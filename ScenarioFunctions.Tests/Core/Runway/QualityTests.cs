using Microsoft.Extensions.Configuration;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Core.Runway;

/// <summary>RUNWAYML_QUALITY, and what is sent of it.</summary>
public sealed class QualityTests
{
    [Theory]
    [InlineData("gpt_image_2", "low", "low")]
    [InlineData("gpt_image_2", "max", null)]
    [InlineData("gpt_image_2_5_flare", "max", "max")]
    [InlineData("gen4_image", "low", null)]
    [InlineData("a_new_model", "ultra", "ultra")]
    [InlineData("gpt_image_2", null, null)]
    public void Only_a_quality_that_the_model_takes_is_sent(string model, string? quality, string? sent)
    {
        var scene = new Scene { SceneNumber = 2, ImagePrompt = "A red kettle" };

        Assert.Equal(sent, ImageRequestRules.Build(scene, null, model, quality).Request!.Quality);
    }

    [Theory]
    [InlineData("gpt_image_2", "high", null)]
    [InlineData("a_new_model", "ultra", null)]
    [InlineData("gpt_image_2", "max", "RUNWAYML_QUALITY must be one of low, medium, high, auto for the model gpt_image_2")]
    [InlineData("gen4_image", "high", "RUNWAYML_QUALITY must be left out: the model gen4_image has no quality")]
    public void A_quality_that_the_model_does_not_take_is_a_wrong_setting(string model, string quality, string? fault)
    {
        var reader = new SettingsReader(new ConfigurationBuilder().AddInMemoryCollection(
            new Dictionary<string, string?> { ["RUNWAYML_MODEL"] = model, ["RUNWAYML_QUALITY"] = quality }).Build());

        Assert.Equal(quality, RunwaySettings.Read(reader).Quality);

        Assert.Equal(fault, (Record.Exception(reader.ThrowIfFaulty) as SettingsException)?.Faults.Single());
    }

    [Fact]
    public async Task The_body_has_the_quality()
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Then(Reply.Json("""{"id":"gen-1"}"""));

        await runway.Client.SubmitAsync(RunwayHarness.Request with { Quality = "low" }, TestContext.Current.CancellationToken);

        Assert.Contains("\"quality\":\"low\"", Assert.Single(runway.Server.Requests).Body, StringComparison.Ordinal);
    }
}
