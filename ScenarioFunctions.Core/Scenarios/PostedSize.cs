using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScenarioFunctions.Core.Json;

namespace ScenarioFunctions.Core.Scenarios;

/// <summary>Collects what a scenario or scene says about the image size, in any of the usual fields.</summary>
internal static partial class PostedSize
{
    private static readonly string[] Names = ["resolution", "aspect_ratio", "aspectRatio", "orientation"];

    /// <summary>
    /// Names that mean the size less often, in any spelling: they are only read when the usual ones say nothing, and when the value
    /// looks like a size. Without them, somebody who asks for landscape here would pay for portrait.
    /// </summary>
    private static readonly HashSet<string> OtherNames =
    [
        "resolution", "videoresolution", "imageresolution", "outputresolution", "targetresolution", "aspectratio", "videoaspectratio",
        "imageaspectratio", "targetaspectratio", "aspect", "ratio", "videoratio", "imageratio", "orientation", "videoorientation", "screenorientation",
        "size", "videosize", "imagesize", "framesize", "screensize", "outputsize", "dimensions", "videodimensions", "imagedimensions",
        "format", "videoformat", "imageformat", "screenformat",
    ];

    /// <summary>Objects that may hold one of these fields. Not just any: a logo has a size of its own.</summary>
    private static readonly HashSet<string> Groups =
        ["video", "settings", "videosettings", "output", "outputsettings", "format", "videoformat", "specs", "videospecs", "config", "metadata"];

    /// <summary>The size in a stored scenario or scene, whose metadata has these fields as posted.</summary>
    public static string? In(JsonObject metadata) => In(Metadata.FieldsOf(metadata));

    /// <returns>All of it as one text of at most <see cref="ScenarioParser.MaxResolution"/>; null when there is nothing.</returns>
    public static string? In(JsonFields fields)
    {
        var said = Names.Select(name => Text(fields.Peek(name))).ToList();
        if (Text(fields.Peek("width")) is { } width && Text(fields.Peek("height")) is { } height)
        {
            said.Add($"width={width} height={height}");
        }

        if (said.All(string.IsNullOrWhiteSpace))
        {
            said.AddRange(fields.All.SelectMany(field => Elsewhere(FieldNames.Plain(field.Key), field.Value)));
        }

        var text = string.Join(", ", said.Where(part => !string.IsNullOrWhiteSpace(part)).Distinct());
        return text.Length == 0 ? null : PromptText.Cut(text, ScenarioParser.MaxResolution);
    }

    private static IEnumerable<string?> Elsewhere(string plainName, JsonElement value)
    {
        yield return SizeIn(plainName, value);
        if (value.ValueKind != JsonValueKind.Object || !Groups.Contains(plainName))
        {
            yield break;
        }

        foreach (var inner in value.EnumerateObject())
        {
            yield return SizeIn(FieldNames.Plain(JsonRules.NameOf(inner) ?? ""), inner.Value);
        }
    }

    private static string? SizeIn(string plainName, JsonElement value) =>
        OtherNames.Contains(plainName) && Text(value) is { } text && LooksLikeSize().IsMatch(text) ? text : null;

    /// <summary>An object as its fields (<c>width=1920 height=1080</c>), an array as <c>1920x1080</c>.</summary>
    private static string? Text(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.String } text => JsonRules.TextOf(text),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        { ValueKind: JsonValueKind.Object } fields => string.Join(' ', fields.EnumerateObject()
            .Where(field => field.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number)
            .Select(field => $"{JsonRules.NameOf(field)}={Text(field.Value)}")),
        { ValueKind: JsonValueKind.Array } items => string.Join('x', items.EnumerateArray()
            .Where(item => item.ValueKind == JsonValueKind.Number).Select(item => item.GetRawText())),
        _ => null,
    };

    [GeneratedRegex(
        @"[0-9]\s?(?:px\s?)?[:：x×*/_]\s?[0-9]|\bwidth\b|\A\s*(?:landscape|portrait|horizontal|vertical|square|wide-?screen)\s*(?:video|format|mode)?\s*\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LooksLikeSize();
}
