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

/// <summary>What to ask RunwayML for, for one scene.</summary>
/// <param name="Request">Null when the model cannot make this scene; <paramref name="Note"/> then says why.</param>
/// <param name="Note">What was left out or changed, for a person; null when nothing was.</param>
public sealed record ImageRequestPlan(ImageRequest? Request, string? Note);

/// <summary>Cuts prompts to a model's limit.</summary>
internal static class PromptText
{
    /// <summary>
    /// How far back a word's start is looked for. Text without spaces (Chinese, Japanese, Thai) is cut at
    /// the limit rather than at a space much earlier.
    /// </summary>
    private const int LongestWord = 100;

    /// <summary>At most <paramref name="limit"/> UTF-16 code units, ending with a whole word or at least a whole character.</summary>
    public static string Cut(string text, int limit)
    {
        if (text.Length <= limit)
        {
            return text;
        }

        for (var end = limit; end > Math.Max(0, limit - LongestWord); end--)
        {
            if (char.IsWhiteSpace(text[end]))
            {
                return text[..end].TrimEnd();
            }
        }

        return text[..(char.IsSurrogatePair(text[limit - 1], text[limit]) ? limit - 1 : limit)];
    }
}

/// <summary>Which URLs RunwayML fetches reference images from.</summary>
internal static class ReferenceImageUrl
{
    private const int MaxLength = 2048;

    /// <summary>The URL as RunwayML is to get it (escaped, its domain in ASCII), or null when it would refuse it.</summary>
    public static string? Accepted(string? text)
    {
        if (!Uri.TryCreate(text?.Trim(), UriKind.Absolute, out var url) || !IsOnDomain(url))
        {
            return null;
        }

        var sent = new UriBuilder(url) { Host = url.IdnHost }.Uri.AbsoluteUri;
        return sent.Length <= MaxLength ? sent : null;
    }

    /// <summary>A name with a dot whose last part is no number: not <c>localhost</c>, not an IP address.</summary>
    private static bool IsOnDomain(Uri url) =>
        url.Scheme == Uri.UriSchemeHttps && url.IsDefaultPort && url.UserInfo.Length == 0
            && url.HostNameType == UriHostNameType.Dns
            && url.IdnHost.TrimEnd('.').Split('.') is [_, .., var last]
            && last is not "localhost" and not "local" and not "internal" && !last.All(char.IsAsciiDigit);
}
