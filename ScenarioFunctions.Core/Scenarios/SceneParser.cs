using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScenarioFunctions.Core.Scenarios;

/// <summary>Reads one scene.</summary>
internal static class SceneParser
{
    /// <summary>The longest time that a scene or a video may last, in seconds: a day.</summary>
    public const double MaxDuration = 86_400;

    /// <param name="value">The scene as posted.</param>
    /// <param name="sceneNumber">Its 1-based position; the number posted with it may say otherwise.</param>
    /// <param name="path">Where it is.</param>
    /// <param name="faults">Gets what is wrong with it.</param>
    /// <returns>The scene, and what else was posted of it; null when it is no object.</returns>
    public static (Scene Scene, JsonObject Other)? Parse(
        JsonElement value, int sceneNumber, JsonPath path, JsonFaults faults)
    {
        if (JsonFields.Of(value, path, faults) is not { } fields)
        {
            return null;
        }

        var scene = new Scene
        {
            SceneNumber = sceneNumber,
            Description = fields.Text("description") ?? "",
            Duration = fields.Number("duration", 0, MaxDuration) ?? 0,
            ImagePrompt = sceneNumber == 1
                ? fields.Text("image_prompt") ?? ""
                : fields.RequiredText("image_prompt", " for every scene but the first"),
            VisualPrompt = fields.Text("visual_prompt") ?? "",
            ProductReferenceImageUrl = NullIfBlank(fields.Text("product_reference_image_url")),
            ImageReasoning = fields.Text("image_reasoning"),
        };
        var rest = Metadata.Of(fields.Unknown()); // With scene_number, which is kept but never obeyed.
        fields.AnyWholeNumber("scene_number");
        return (scene, rest);
    }

    private static string? NullIfBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
