using System.Buffers.Text;
using System.Text.RegularExpressions;
using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Core.Runway;

/// <summary>
/// Chooses the reference images of an order: the product's, then those of the scenario, then the first scene's image. What the
/// model does not take is left out, with a note.
/// </summary>
internal sealed partial class ReferenceChoice
{
    private const string Product = "the product reference image", Style = "the style reference";
    private const string ProductTag = "product", StyleTag = "first_scene";
    private const string ProductSentence = " The product is the one in", StyleSentence = " The style is that of";

    /// <summary>Enough to recognize a tag that is not taken.</summary>
    private const int TagTold = 40;

    private readonly ImageModel rules;
    private readonly string model;
    private readonly List<(ImageReference Image, string? Sentence)> chosen = [];

    /// <summary>What was left out, and why, in the order of finding out.</summary>
    private readonly List<(string Part, string Why)> leftOut = [];

    private ReferenceChoice(ImageModel rules, string model) => (this.rules, this.model) = (rules, model);

    /// <summary>In the order in which they are sent.</summary>
    public IReadOnlyList<ImageReference> Images => [.. chosen.Select(one => one.Image)];

    public bool HasProduct => chosen is [(_, ProductSentence), ..];

    /// <summary>Names of images that the prompt has to contain, each with the sentence that adds it.</summary>
    public IReadOnlyList<PromptMention> Mentions =>
    [
        .. from one in chosen.Index()
           let name = rules.NameOf(one.Item.Image, one.Index + 1, chosen.Count)
           where one.Item.Sentence is not null && name is not null
           select new PromptMention(name, $"{one.Item.Sentence} {name}."),
    ];

    /// <summary>For people: a sentence per reason.</summary>
    public IReadOnlyList<string> Notes =>
    [
        .. leftOut.GroupBy(one => one.Why, one => one.Part).Select(parts => Sentence([.. parts], parts.Key)),
    ];

    public static ReferenceChoice Of(Scene scene, SharedLook? look, ImageModel rules, string model)
    {
        var choice = new ReferenceChoice(rules, model);
        if (!string.IsNullOrWhiteSpace(scene.ProductReferenceImageUrl))
        {
            choice.Add(Product, scene.ProductReferenceImageUrl, rules.TakesTags == true ? ProductTag : null, ProductSentence);
        }

        foreach (var (index, posted) in (look?.References ?? []).Index())
        {
            choice.Add($"reference image {index + 1}", posted.Uri, posted.Tag, null);
        }

        if (look?.IsStyledAsFirstScene == true)
        {
            choice.AddStyle(scene, look.FirstSceneImage);
        }

        return choice;
    }

    private void AddStyle(Scene scene, string? image)
    {
        if (scene.SceneNumber == 1)
        {
            leftOut.Add((Style, "it is for the scenes after the first"));
        }
        else if (image is null)
        {
            leftOut.Add((Style, "the first scene has no image"));
        }
        else if (image.StartsWith('/'))
        {
            leftOut.Add((Style, "RunwayML cannot fetch it from this host"));
        }
        else
        {
            Add(Style, image, rules.TakesTags == true ? StyleTag : null, StyleSentence);
        }
    }

    private void Add(string part, string posted, string? tag, string? sentence)
    {
        var (uri, fault) = ReferenceUri.Read(posted);
        if (uri is null)
        {
            leftOut.Add((part, fault!));
        }
        else if (chosen.Count == rules.MaxReferences)
        {
            leftOut.Add((part, $"the model {model} takes at most {rules.MaxReferences} reference images"));
        }
        else
        {
            chosen.Add((new(uri, Tag(part, tag), sentence == ProductSentence && rules.TakesSubject ? "object" : null), sentence));
        }
    }

    /// <returns>The tag to send; null for none.</returns>
    private string? Tag(string part, string? tag)
    {
        var fault = tag is null ? null
            : rules.TakesTags == false ? $"the model {model} takes no tags"
            : !IsTag().IsMatch(tag) ? "a tag has 3 to 16 letters, digits and underscores, and starts with a letter"
            : chosen.Exists(other => other.Image.Tag == tag) ? "another image has the same one"
            : null;
        if (fault is null)
        {
            return tag;
        }

        leftOut.Add(($"the tag \"{PromptText.Cut(tag!, TagTold)}\" of {part}", fault));
        return null;
    }

    private static string Sentence(string[] parts, string why)
    {
        var all = parts is [.. { Length: > 0 } most, var last] ? $"{string.Join(", ", most)} and {last}" : parts[0];
        return $"{char.ToUpperInvariant(all[0])}{all[1..]} {(parts.Length > 1 ? "were" : "was")} left out: {why}.";
    }

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_]{2,15}\z")]
    private static partial Regex IsTag();
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

    /// <returns>The URI to send (a URL is escaped, with its domain in ASCII); or null, and why RunwayML would reject it.</returns>
    public static (string? Sent, string? Fault) Read(string posted)
    {
        var text = posted.Trim();
        return text.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? Data(text)
            : text.StartsWith(Upload, StringComparison.Ordinal) ? Uploaded(text)
            : Url(text);
    }

    private static (string? Sent, string? Fault) Data(string text) =>
        text.Length > MaxDataLength ? (null, "RunwayML accepts data: URIs of at most 5 MB")
            : DataStarts.Any(start => text.Length > start.Length && text.StartsWith(start, StringComparison.OrdinalIgnoreCase)
                && Base64.IsValid(text.AsSpan(start.Length))) ? (text, null)
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
