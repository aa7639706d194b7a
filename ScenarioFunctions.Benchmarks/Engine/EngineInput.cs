using System.Text.Json;
using System.Text.Json.Nodes;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Benchmarks.Engine;

/// <summary>The save-scenario workflow's input: 5 scenes, 3 KB.</summary>
internal static class EngineInput
{
    public static SaveScenarioInput Create() => new()
    {
        ShortId = "short_456",
        UserId = "user_789",
        CreditsPerImage = 2,
        MaxParallelImages = 20,
        RequestHash = new string('a', 64),
        Scenario = new Scenario(
            new ScenarioDetails
            {
                Title = "Product Showcase Video",
                Description = Text(200),
                Script = Text(300),
                EstimatedDuration = 15,
                Metadata = new JsonObject { ["style"] = "modern-minimalist", ["mood"] = "professional" },
            },
            [.. Enumerable.Range(1, 5).Select(number => new Scene
            {
                SceneNumber = number,
                Description = Text(100),
                Duration = 3,
                ImagePrompt = Text(180),
                VisualPrompt = Text(100),
            })]),
    };

    public static int SizeOf(SaveScenarioInput input) =>
        JsonSerializer.SerializeToUtf8Bytes(input, CoreJson.Default.SaveScenarioInput).Length;

    private static string Text(int length) => string.Concat(Enumerable.Repeat("a calm studio shot ", length / 19 + 1))[..length];
}
