using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Core.Runway;

/// <summary>Fits a scene to the rules of an image model, so that RunwayML does not refuse it.</summary>
public static class ImageRequestRules
{
    private const string ReferenceLeftOut =
        "The product reference image was left out: RunwayML takes only https URLs on a domain name.";

    /// <param name="scene">Its prompt is cut at a word when it is over the model's limit.</param>
    /// <param name="resolution">
    /// As posted: <c>1080:1920</c>, <c>1080x1920</c>, <c>9:16</c>, <c>720p</c>. Becomes the nearest ratio that
    /// the model takes; portrait 1080:1920 when it is missing or says nothing.
    /// </param>
    /// <param name="model">One that the settings let pass.</param>
    public static ImageRequestPlan Build(Scene scene, string? resolution, string model)
    {
        var rules = ImageModel.Named(model);
        var prompt = PromptText.Cut(scene.ImagePrompt.Trim(), rules.PromptLimit);
        if (prompt.Length == 0)
        {
            return new(null, "The scene has no image prompt.");
        }

        var reference = ReferenceImageUrl.Accepted(scene.ProductReferenceImageUrl);
        if (reference is null && rules.NeedsReference)
        {
            return new(null, $"The model {model} needs a product reference image at an https URL on a domain name.");
        }

        var ratio = ImageSize.Parse(resolution).NearestOf(rules.Ratios);
        return new(
            new ImageRequest(model, prompt, ratio.ToString(), reference is null ? [] : [reference]),
            NoteOf(scene, rules, prompt, reference));
    }

    private static string? NoteOf(Scene scene, ImageModel rules, string prompt, string? reference)
    {
        var notes = new List<string>();
        if (prompt.Length < scene.ImagePrompt.Trim().Length)
        {
            notes.Add($"The image prompt was cut to {prompt.Length} characters: the model takes {rules.PromptLimit}.");
        }

        if (reference is null && !string.IsNullOrWhiteSpace(scene.ProductReferenceImageUrl))
        {
            notes.Add(ReferenceLeftOut);
        }

        return notes.Count == 0 ? null : string.Join(' ', notes);
    }
}
