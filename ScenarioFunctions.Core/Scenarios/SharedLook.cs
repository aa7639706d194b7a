using System.Text.Json;
using System.Text.Json.Nodes;
using ScenarioFunctions.Core.Json;

namespace ScenarioFunctions.Core.Scenarios;

/// <summary>What a scenario asks for in all its images, so that they fit together. Stored in its metadata as posted.</summary>
public sealed record SharedLook
{
    /// <summary>More than any model takes.</summary>
    public const int MaxReferences = 20;

    /// <summary>RunwayML's limit.</summary>
    public const long MaxSeed = uint.MaxValue;

    internal const string ReferencesField = "reference_images", SeedField = "seed", StyleField = "style_reference";

    /// <summary>The one value of <see cref="StyleField"/>.</summary>
    private const string FirstScene = "first_scene";

    public IReadOnlyList<PostedReference> References { get; init; } = [];

    /// <summary>For scenes without a seed of their own.</summary>
    public long? Seed { get; init; }

    /// <summary>Whether the image of the first scene is a reference for the other scenes.</summary>
    public bool IsStyledAsFirstScene { get; init; }

    /// <summary>The image that the first scene shows: absolute, or a path on this host; null when it has none.</summary>
    public string? FirstSceneImage { get; init; }

    /// <summary>The look in the metadata of a stored scenario; null when it has none. A value that cannot be read is ignored.</summary>
    public static SharedLook? In(JsonObject metadata, string? firstSceneImage)
    {
        if (!metadata.ContainsKey(ReferencesField) && !metadata.ContainsKey(SeedField) && !metadata.ContainsKey(StyleField))
        {
            return null;
        }

        return Read(Metadata.FieldsOf(metadata), JsonPath.Root, new JsonFaults()) with { FirstSceneImage = firstSceneImage };
    }

    /// <summary>With a URL of the first scene's image that RunwayML can fetch, if this host has a public address.</summary>
    /// <param name="publicBaseUrl"><c>PUBLIC_BASE_URL</c>.</param>
    public SharedLook PublishedAt(Uri? publicBaseUrl) =>
        FirstSceneImage is ['/', ..] path && publicBaseUrl is not null
            ? this with { FirstSceneImage = publicBaseUrl.AbsoluteUri.TrimEnd('/') + path }
            : this;

    internal static SharedLook Read(JsonFields fields, JsonPath path, JsonFaults faults)
    {
        var style = fields.Text(StyleField);
        if (style is not null and not FirstScene)
        {
            faults.Add(path.Property(StyleField), $"must be \"{FirstScene}\"");
        }

        var posted = fields.Array(ReferencesField);
        if (posted.Count > MaxReferences)
        {
            faults.Add(path.Property(ReferencesField), $"must hold at most {MaxReferences} images, not {posted.Count}");
        }

        return new SharedLook
        {
            References = [.. posted.Take(MaxReferences).Select(item => ReadReference(item.Value, item.Path, faults)).OfType<PostedReference>()],
            Seed = fields.WholeNumber(SeedField, 0, MaxSeed),
            IsStyledAsFirstScene = style == FirstScene,
        };
    }

    private static PostedReference? ReadReference(JsonElement value, JsonPath path, JsonFaults faults)
    {
        if (JsonFields.Of(value, path, faults) is not { } fields)
        {
            return null;
        }

        var (uri, tag) = (fields.RequiredText("uri"), fields.Text("tag"));
        return new PostedReference(uri, string.IsNullOrWhiteSpace(tag) ? null : tag.Trim().TrimStart('@'));
    }
}

/// <summary>A reference image as posted: RunwayML may not take it.</summary>
/// <param name="Uri">See <c>ImageReference</c>.</param>
/// <param name="Tag">The prompts refer to it as <c>@tag</c>; null when it has none.</param>
public sealed record PostedReference(string Uri, string? Tag);
