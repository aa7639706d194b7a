using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Core.Runway;

/// <summary>Adapts a scene to the rules of an image model, so that RunwayML accepts the request.</summary>
public static class ImageRequestRules
{
    /// <param name="scene">A prompt over the model's limit is cut at a word.</param>
    /// <param name="resolution">As posted (see <see cref="ResolutionText"/>). The model's nearest ratio is used.</param>
    /// <param name="model">For a model without known rules, the request is sent as posted.</param>
    /// <param name="quality">Left out for a model that does not take it; null for the model's default.</param>
    public static ImageRequestPlan Build(Scene scene, string? resolution, string model, string? quality = null)
    {
        var rules = ImageModel.Named(model);
        var posted = scene.ImagePrompt.Trim();
        if (posted.Length == 0)
        {
            return ImageRequestPlan.None("The scene has no image prompt.");
        }

        var (reference, leftOut) = ReferenceUri.Read(scene.ProductReferenceImageUrl);
        if (reference is null && rules.NeedsReference)
        {
            return ImageRequestPlan.None($"The model {model} needs a product reference image. {leftOut}".TrimEnd());
        }

        var (prompt, kept) = PromptText.Fit(posted, rules.PromptLimit, reference is null ? null : rules.ReferenceName);
        var (size, doubt) = ResolutionText.Read(resolution);
        var ratio = rules.Ratios.Count == 0 ? size : size.NearestOf(rules.Ratios);
        var cut = kept == posted.Length ? null
            : $"The image prompt was cut to {kept} characters: the model takes {rules.PromptLimit}.";
        var seed = rules.TakesSeed ? scene.Seed : null;
        var noSeed = seed == scene.Seed ? null : $"The seed was left out: the model {model} takes none.";
        var notes = new[] { cut, leftOut, noSeed, doubt is null ? null : $"{doubt} The image is {ratio.Orientation} ({ratio})." };
        return new(
            new ImageRequest(model, prompt, ratio.ToString(), reference is null ? [] : [ReferenceOf(reference, rules)], seed)
            {
                Quality = quality is null || rules.Qualities?.Contains(quality) != false ? quality : null,
            },
            [.. notes.OfType<string>()])
        {
            PromptCutAt = cut is null ? null : kept,
            Credits = rules.Price?.Invoke(ratio),
        };
    }

    private static ImageReference ReferenceOf(string uri, ImageModel rules) =>
        new(uri, rules.TakesTags ? ImageModel.ProductTag : null, rules.TakesSubject ? "object" : null);
}

/// <summary>The request to RunwayML for one scene.</summary>
/// <param name="Request">Null when the model cannot make this image; <paramref name="Adjustments"/> then say why.</param>
/// <param name="Adjustments">Text for people: what was left out or changed.</param>
public sealed record ImageRequestPlan(ImageRequest? Request, IReadOnlyList<string> Adjustments)
{
    /// <summary>How many characters of the prompt are sent; null when all are.</summary>
    public int? PromptCutAt { get; init; }

    /// <summary>RunwayML's published price, in its credits; null when there is none.</summary>
    public int? Credits { get; init; }

    /// <summary>The adjustments as one text; null when there are none.</summary>
    public string? Note => Adjustments.Count == 0 ? null : string.Join(' ', Adjustments);

    internal static ImageRequestPlan None(string why) => new(null, [why]);
}

/// <summary>Decides which reference images RunwayML accepts.</summary>
internal static class ReferenceUri
{
    private const int MaxUrlLength = 2048;

    /// <summary>RunwayML's limit of 5 MB, for the whole URI.</summary>
    private const int MaxDataLength = 5 * 1024 * 1024;

    private const string Upload = "runway://";

    private static readonly string[] DataStarts =
        ["data:image/jpeg;base64,", "data:image/jpg;base64,", "data:image/png;base64,", "data:image/webp;base64,"];

    /// <returns>
    /// The URI to send (a URL is escaped, with its domain in ASCII); or null, and why RunwayML would reject the URI if one was
    /// posted.
    /// </returns>
    public static (string? Sent, string? LeftOut) Read(string? posted)
    {
        var text = posted?.Trim() ?? "";
        if (text.Length == 0)
        {
            return (null, null);
        }

        var (sent, fault) = text.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? Data(text)
            : text.StartsWith(Upload, StringComparison.Ordinal) ? Uploaded(text)
            : Url(text);
        return fault is null ? (sent, null) : (null, $"The product reference image was left out: {fault}.");
    }

    private static (string? Sent, string? Fault) Data(string text) =>
        text.Length > MaxDataLength ? (null, "RunwayML accepts data: URIs of at most 5 MB")
            : DataStarts.Any(start => text.Length > start.Length && text.StartsWith(start, StringComparison.OrdinalIgnoreCase)) ? (text, null)
            : (null, "RunwayML only accepts data: URIs of a JPEG, PNG or WebP image in base64");

    private static (string? Sent, string? Fault) Uploaded(string text) =>
        text.Length > Upload.Length && text.Length <= MaxUrlLength && !text.Any(char.IsWhiteSpace)
            ? (text, null)
            : (null, "it is not a runway:// URI of an upload");

    private static (string? Sent, string? Fault) Url(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.IsFile)
        {
            return (null, "it is not a complete URL such as https://shop.example.com/product.jpg");
        }

        if (url.Scheme != Uri.UriSchemeHttps || !url.IsDefaultPort || url.UserInfo.Length > 0)
        {
            return (null, "RunwayML only accepts https URLs without a port or a user name");
        }

        if (!IsOnDomain(url))
        {
            return (null, "RunwayML only accepts https URLs on a public domain name");
        }

        var sent = new UriBuilder(url) { Host = url.IdnHost }.Uri.AbsoluteUri;
        return sent.Length <= MaxUrlLength ? (sent, null) : (null, $"RunwayML accepts URLs of at most {MaxUrlLength} characters");
    }

    /// <summary>A name with a dot and a last part that is not a number: not <c>localhost</c>, not an IP address.</summary>
    private static bool IsOnDomain(Uri url) =>
        url.HostNameType == UriHostNameType.Dns
            && url.IdnHost.TrimEnd('.').Split('.') is [_, .., var last]
            && last is not "localhost" and not "local" and not "internal" && !last.All(char.IsAsciiDigit);
}
