using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Core.Runway;

/// <summary>Placeholder until the client lands.</summary>
public static class ImageRequestRules
{
    public static ImageRequestPlan Build(Scene scene, string? resolution, string model) =>
        new(new ImageRequest(model, scene.ImagePrompt, "1080:1920", []), resolution);
}
