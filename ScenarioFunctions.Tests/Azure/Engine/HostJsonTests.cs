using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ScenarioFunctions.Core;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Engine;
using ScenarioFunctions.Tests.Engines.Scenarios;

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
        new CheckCreditsInput("t", "u", 1, 2),
        new GenerateSceneImageInput("t", 2, "u", null, 2, 1, 1),
        new StepResult<SavedScenario>(new SavedScenario(Guid.AllBitsSet)),
        new StepResult<SavedScenes>(new SavedScenes(3)),
        new StepResult<CreditCheck>(new CreditCheck(4, 3)),
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

    [Fact]
    public void The_worker_gets_these_options_as_its_serializer()
    {
        using var services = new ServiceCollection().AddLogging().AddDurableTaskEngine().BuildServiceProvider();

        var options = services.GetRequiredService<IOptions<JsonSerializerOptions>>().Value;

        Assert.Equal("{\"count\":3}", JsonSerializer.Serialize(new SavedScenes(3), options));
        Assert.Equal("\"plain text\"", JsonSerializer.Serialize("plain text", options));
    }
}
