using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Core.Runway;

/// <summary>Fits a scene to the rules of an image model, so that RunwayML does not refuse it.</summary>
public static class ImageRequestRules
{
    /// <param name="scene">Its prompt is cut at a word when it is over the model's limit.</param>
    /// <param name="resolution">As posted: see <see cref="ResolutionText"/>. Becomes the nearest ratio that the model takes.</param>
    /// <param name="model">One whose rules are not known is asked for whatever was posted.</param>
    public static ImageRequestPlan Build(Scene scene, string? resolution, string model)
    {
        var rules = ImageModel.Named(model);
        var posted = scene.ImagePrompt.Trim();
        if (posted.Length == 0)
        {
            return new(null, "The scene has no image prompt.");
        }

        var (reference, leftOut) = ReferenceUri.Read(scene.ProductReferenceImageUrl);
        if (reference is null && rules.NeedsReference)
        {
            return new(null, $"The model {model} needs a product reference image. {leftOut}".TrimEnd());
        }

        var (prompt, kept) = PromptText.Fit(posted, rules.PromptLimit, reference is null ? null : rules.ReferenceName);
        var (size, doubt) = ResolutionText.Read(resolution);
        var ratio = rules.Ratios.Count == 0 ? size : size.NearestOf(rules.Ratios);
        var cut = kept == posted.Length ? null
            : $"The image prompt was cut to {kept} characters: the model takes {rules.PromptLimit}.";
        var notes = new[] { cut, leftOut, doubt is null ? null : $"{doubt} The image is {ratio.Orientation} ({ratio})." };
        return new(
            new ImageRequest(model, prompt, ratio.ToString(), reference is null ? [] : [ReferenceOf(reference, rules)]),
            notes.Any(note => note is not null) ? string.Join(' ', notes.OfType<string>()) : null);
    }

    private static ImageReference ReferenceOf(string uri, ImageModel rules) =>
        new(uri, rules.TakesTags ? ImageModel.ProductTag : null, rules.TakesSubject ? "object" : null);
}

/// <summary>What to ask RunwayML for, for one scene.</summary>
/// <param name="Request">Null when the model cannot make this scene; <paramref name="Note"/> then says why.</param>
/// <param name="Note">What was left out or changed, for a person; null when nothing was.</param>
public sealed record ImageRequestPlan(ImageRequest? Request, string? Note);

/// <summary>Which reference images RunwayML takes.</summary>
internal static class ReferenceUri
{
    private const int MaxUrlLength = 2048;

    /// <summary>RunwayML's 5 MB, of the URI as it is sent.</summary>
    private const int MaxDataLength = 5 * 1024 * 1024;

    private const string Upload = "runway://";

    private static readonly string[] DataStarts =
        ["data:image/jpeg;base64,", "data:image/jpg;base64,", "data:image/png;base64,", "data:image/webp;base64,"];

    /// <returns>
    /// What RunwayML is to get (of a URL: escaped, its domain in ASCII), or null and, when something was posted, why it
    /// would be refused.
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
        text.Length > MaxDataLength ? (null, "RunwayML takes a data: URI of at most 5 MB")
            : DataStarts.Any(start => text.Length > start.Length && text.StartsWith(start, StringComparison.OrdinalIgnoreCase)) ? (text, null)
            : (null, "RunwayML takes only data: URIs of a JPEG, PNG or WebP image in base64");

    private static (string? Sent, string? Fault) Uploaded(string text) =>
        text.Length > Upload.Length && text.Length <= MaxUrlLength && !text.Any(char.IsWhiteSpace)
            ? (text, null)
            : (null, "it is no runway:// URI of an upload");

    private static (string? Sent, string? Fault) Url(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.IsFile)
        {
            return (null, "it is no complete URL, such as https://shop.example.com/product.jpg");
        }

        if (url.Scheme != Uri.UriSchemeHttps || !url.IsDefaultPort || url.UserInfo.Length > 0)
        {
            return (null, "RunwayML takes only https URLs, without a port or a user name");
        }

        if (!IsOnDomain(url))
        {
            return (null, "RunwayML takes only https URLs on a public domain name");
        }

        var sent = new UriBuilder(url) { Host = url.IdnHost }.Uri.AbsoluteUri;
        return sent.Length <= MaxUrlLength ? (sent, null) : (null, $"RunwayML takes a URL of at most {MaxUrlLength} characters");
    }

    /// <summary>A name with a dot whose last part is no number: not <c>localhost</c>, not an IP address.</summary>
    private static bool IsOnDomain(Uri url) =>
        url.HostNameType == UriHostNameType.Dns
            && url.IdnHost.TrimEnd('.').Split('.') is [_, .., var last]
            && last is not "localhost" and not "local" and not "internal" && !last.All(char.IsAsciiDigit);
}
