using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Core.Runway;

/// <summary>Adapts a scene to the rules of an image model, so that RunwayML accepts the request.</summary>
public static class ImageRequestRules
{
    /// <param name="scene">A prompt over the model's limit is cut at a word.</param>
    /// <param name="resolution">As posted (see <see cref="ResolutionText"/>). The model's nearest ratio is used.</param>
    /// <param name="model">For a model without known rules, the request is sent as posted.</param>
    /// <param name="quality">Left out for a model that does not take it; null for the model's default.</param>
    /// <param name="look">What the scenario asks for in all its images; null for nothing.</param>
    public static ImageRequestPlan Build(
        Scene scene, string? resolution, string model, string? quality = null, SharedLook? look = null)
    {
        var rules = ImageModel.Named(model);
        var posted = scene.ImagePrompt.Trim();
        if (posted.Length == 0)
        {
            return ImageRequestPlan.None(["The scene has no image prompt."]);
        }

        var references = ReferenceChoice.Of(scene, look, rules, model);
        if (references.Images.Count == 0 && rules.NeedsReference)
        {
            return ImageRequestPlan.None([$"The model {model} needs a reference image.", .. references.Notes]);
        }

        var (prompt, kept) = PromptText.Fit(posted, rules.PromptLimit, references.Mentions);
        var (size, doubt) = ResolutionText.Read(resolution);
        var ratio = rules.Ratios.Count == 0 ? size : size.NearestOf(rules.Ratios);
        var cut = kept == posted.Length ? null
            : $"The image prompt was cut to {kept} characters: the model takes {rules.PromptLimit}.";
        var asked = scene.Seed ?? look?.Seed;
        var seed = rules.TakesSeed ? asked : null;
        var noSeed = seed == asked ? null : $"The seed was left out: the model {model} takes none.";
        var sizeDoubt = doubt is null ? null : $"{doubt} The image is {ratio.Orientation} ({ratio}).";
        return new(
            new ImageRequest(model, prompt, ratio.ToString(), references.Images, seed)
            {
                Quality = quality is null || rules.Qualities?.Contains(quality) != false ? quality : null,
            },
            [.. new[] { cut }.Concat(references.Notes).Append(noSeed).Append(sizeDoubt).OfType<string>()])
        {
            PromptCutAt = cut is null ? null : kept,
            UsesProductReference = references.HasProduct,
            Credits = rules.Price?.Invoke(ratio),
        };
    }
}

/// <summary>The request to RunwayML for one scene.</summary>
/// <param name="Request">Null when the model cannot make this image; <paramref name="Adjustments"/> then say why.</param>
/// <param name="Adjustments">Text for people: what was left out or changed.</param>
public sealed record ImageRequestPlan(ImageRequest? Request, IReadOnlyList<string> Adjustments)
{
    /// <summary>How many characters of the prompt are sent; null when all are.</summary>
    public int? PromptCutAt { get; init; }

    /// <summary>Whether the product's reference image is sent.</summary>
    public bool UsesProductReference { get; init; }

    /// <summary>RunwayML's published price, in its credits; null when there is none.</summary>
    public int? Credits { get; init; }

    /// <summary>The adjustments as one text; null when there are none.</summary>
    public string? Note => Adjustments.Count == 0 ? null : string.Join(' ', Adjustments);

    internal static ImageRequestPlan None(IReadOnlyList<string> why) => new(null, why);
}
