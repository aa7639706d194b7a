using System.Text.Json;
using System.Text.RegularExpressions;

namespace ScenarioFunctions.Emulator;

/// <summary>RunwayML's rules for reference images. The emulator does not fetch them.</summary>
internal static partial class ReferenceImageRules
{
    private const int MaxUrlLength = 2048;
    private const int MaxDataUriLength = 5 * 1024 * 1024;

    /// <summary>Every fault of <c>referenceImages</c>, which may be absent when the model needs none.</summary>
    public static IEnumerable<RunwayIssue> Check(JsonElement body, EmulatedModel model)
    {
        const string name = "referenceImages";
        if (!body.TryGetProperty(name, out var images) && model.MinReferences == 0)
        {
            return [];
        }

        if (images.ValueKind != JsonValueKind.Array)
        {
            return [RunwayIssue.WrongType("array", images, name)];
        }

        return
        [
            .. RunwayIssue.OutOfRange("array", images.GetArrayLength(), model.MinReferences, model.MaxReferences, name),
            .. images.EnumerateArray().SelectMany((image, position) => CheckImage(image, model, name, position)),
            .. model.HasUniqueTags ? CheckTags(images, name) : [],
        ];
    }

    private static IEnumerable<RunwayIssue> CheckTags(JsonElement images, string name)
    {
        var tags = new HashSet<string>();
        foreach (var (position, image) in images.EnumerateArray().Index())
        {
            if (image.ValueKind == JsonValueKind.Object && image.TryGetProperty("tag", out var tag)
                && tag.ValueKind == JsonValueKind.String && !tags.Add(tag.GetString()!))
            {
                yield return RunwayIssue.Custom("No two images may share the same tag.", name, position, "tag");
            }
        }
    }

    private static IEnumerable<RunwayIssue> CheckImage(JsonElement image, EmulatedModel model, string name, int position)
    {
        if (image.ValueKind != JsonValueKind.Object)
        {
            yield return RunwayIssue.WrongType("object", image, name, position);
            yield break;
        }

        if (!image.TryGetProperty("uri", out var uri) || uri.ValueKind != JsonValueKind.String)
        {
            yield return RunwayIssue.WrongType("string", uri, name, position, "uri");
        }
        else if (WhatIsWrongWith(uri.GetString()!) is { } fault)
        {
            yield return RunwayIssue.Custom(fault, name, position, "uri");
        }

        if (model.ReferenceFields.ContainsKey("tag") && image.TryGetProperty("tag", out var tag) && !(tag.ValueKind == JsonValueKind.String && Tag.IsMatch(tag.GetString()!)))
        {
            yield return new RunwayIssue(
                "invalid_format", [name, position, "tag"], $"Invalid string: must match pattern /{Tag}/");
        }

        foreach (var issue in RunwayIssue.OfFields(image, model.ReferenceFields, name, position))
        {
            yield return issue;
        }
    }

    private static string? WhatIsWrongWith(string uri)
    {
        if (uri.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
        {
            return uri.Length > MaxDataUriLength ? "Data URIs must be no larger than 5MB."
                : ImageDataUri.IsMatch(uri) ? null
                : "Unsupported asset type. Data URIs must include the content type of the value they encode.";
        }

        return uri.StartsWith("runway://", StringComparison.Ordinal) && uri.Length > "runway://".Length ? null
            : uri.Length > MaxUrlLength ? "URLs must be no longer than 2048 characters."
            : !Uri.TryCreate(uri, UriKind.Absolute, out var url) ? "Invalid URL"
            : url.Scheme != Uri.UriSchemeHttps ? "Only HTTPS URLs are allowed."
            : url.HostNameType != UriHostNameType.Dns || !url.Host.Contains('.') ? "URLs must be hosted on a domain."
            : null;
    }

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_]{2,15}\z")]
    private static partial Regex Tag { get; }

    [GeneratedRegex(@"^data:image/(jpeg|jpg|png|webp);base64,[A-Za-z0-9+/]+={0,2}\z", RegexOptions.IgnoreCase)]
    private static partial Regex ImageDataUri { get; }
}
