using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using ScenarioFunctions.Api;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Engine;
using ScenarioFunctions.Tests.Engines.Scenarios;
using ScenarioFunctions.Tests.Infrastructure.Api;
using JsonSerializer = System.Text.Json.JsonSerializer;

namespace ScenarioFunctions.Tests.Azure.Engine;

/// <summary>Both engines write the same JSON, so a history reads like a journal.</summary>
public sealed class HostJsonTests
{
    public static TheoryData<object> Written() =>
    [
        EngineHost.Input(3) with
        {
            Scenario = new Scenario(
                new ScenarioDetails { Title = "T", Metadata = new JsonObject { ["camelCase"] = 1, ["Keep Me"] = "ü" } },
                [new Scene { SceneNumber = 1, ImagePrompt = "a \"b\"" }]),
        },
        new SaveScenarioStepInput("t", "s", "u", new ScenarioDetails { Title = "T" }, 2),
        new SaveScenesStepInput("t", [new Scene { SceneNumber = 1 }]),
        new CheckCreditsInput("t", "u", 1, 2, 20),
        new ReleaseCreditsInput("t", new OrderingStop(SceneReason.InsufficientCredits, "Why")),
        new GenerateSceneImageInput("t", 2, "u", null, 2, 1, 1),
        new StepResult<SavedScenario>(new SavedScenario(Guid.AllBitsSet)),
        new StepResult<SavedScenes>(new SavedScenes(3)),
        new StepResult<CreditCheck>(new CreditCheck(4, 3, Held: false)),
        new StepResult<ReleasedCredits>(new ReleasedCredits(3)),
        new StepResult<SceneImageOutcome>(
            new SceneImageOutcome(SceneImageNext.None, SceneStatus.Skipped, Reason: SceneReason.TimedOut)),
        new SaveScenarioResult
        {
            ScenarioId = Guid.AllBitsSet,
            SceneCount = 1,
            ImagesGenerated = 0,
            CreditsCharged = 0,
            Scenes = [new SceneProgress(1, SceneStatus.Skipped, Reason: SceneReason.FirstScene)],
        },
    ];

    [Theory]
    [MemberData(nameof(Written))]
    public void What_Durable_Task_keeps_is_written_as_the_journal_is(object value)
    {
        var expected = JsonSerializer.Serialize(value, value.GetType(), CoreJson.Default);

        var json = JsonSerializer.Serialize(value, value.GetType(), HostJson.Options);

        Assert.Equal(expected, json);
        var read = JsonSerializer.Deserialize(json, value.GetType(), HostJson.Options);
        Assert.Equal(json, JsonSerializer.Serialize(read, value.GetType(), HostJson.Options));
    }

    /// <summary>The host reads an activity's input with Newtonsoft, at most 64 levels deep, in an array of its own.</summary>
    [Theory]
    [InlineData("""{"title":"T","scenes":[{}],"any":<30>}""")]
    [InlineData("""{"title":"T","scenes":[{}],"hashtags":<30>}""")]
    [InlineData("""{"title":"T","scenes":[{}],"audio_script":{"any":<29>}}""")]
    [InlineData("""{"title":"T","scenes":[{"any":<28>}]}""")]
    public void The_deepest_scenario_that_is_accepted_passes_through_both_serializers(string template)
    {
        Assert.Null(Accepted(template, extra: 1));
        var input = Accepted(template, extra: 0)!;
        var step = new SaveScenarioStepInput("t", "s", "u", input.Scenario.Details, 1);

        foreach (var value in new object[] { input, step })
        {
            var written = JsonSerializer.Serialize(value, value.GetType(), HostJson.Options);
            var bound = JsonConvert.DeserializeObject<JArray>($"[{written}]", new JsonSerializerSettings { MaxDepth = 64 })!;
            var read = JsonSerializer.Deserialize(bound[0].ToString(), value.GetType(), HostJson.Options);
            Assert.Equal(written, JsonSerializer.Serialize(read, value.GetType(), HostJson.Options));
        }
    }

    [Fact]
    public void A_history_of_the_version_that_took_64_levels_can_be_read()
    {
        var deep = JsonNode.Parse(new string('[', 62) + new string(']', 62));
        var details = new ScenarioDetails { Title = "T", Metadata = new JsonObject { ["any"] = deep } };
        var input = EngineHost.Input(1) with { Scenario = new Scenario(details, []) };
        var written = JsonSerializer.Serialize(input, CoreJson.Default.SaveScenarioInput);

        var read = JsonSerializer.Deserialize<SaveScenarioInput>(written, HostJson.Options);

        Assert.Equal(written, JsonSerializer.Serialize(read, CoreJson.Default.SaveScenarioInput));
    }

    [Fact]
    public void The_worker_gets_these_options_as_its_serializer()
    {
        using var services = new ServiceCollection().AddLogging().AddDurableTaskEngine().BuildServiceProvider();

        var options = services.GetRequiredService<IOptions<JsonSerializerOptions>>().Value;

        Assert.Equal("{\"count\":3}", JsonSerializer.Serialize(new SavedScenes(3), options));
        Assert.Equal("\"plain text\"", JsonSerializer.Serialize("plain text", options));
    }

    /// <param name="template">A scenario in which <c>&lt;n&gt;</c> stands for that many arrays, one in the other.</param>
    /// <param name="extra">So many more arrays.</param>
    private static SaveScenarioInput? Accepted(string template, int extra)
    {
        var scenario = Regex.Replace(template, "<(\\d+)>", match =>
        {
            var levels = int.Parse(match.Groups[1].Value) + extra;
            return new string('[', levels) + new string(']', levels);
        });
        using var body = JsonDocument.Parse(Posts.Save(scenario));
        return SaveRequest.Parse(body.RootElement, Caller.Service, new ServiceSettings(), new JsonFaults());
    }
}
