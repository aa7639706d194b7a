using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScenarioFunctions.Core.Json;

namespace ScenarioFunctions.Core.Scenarios;

/// <summary>Reads a posted scenario and reports all its faults at once.</summary>
internal static partial class ScenarioParser
{
    public const int MaxScenes = 100;

    /// <summary>The most that is stored and read of a resolution, in UTF-16 code units.</summary>
    public const int MaxResolution = 200;

    /// <summary>The longest duration of a scene or a video, in seconds: a day.</summary>
    private const double MaxDuration = 86_400;

    private const int MaxUrlLength = 2048;

    private static readonly string[] ScriptParts = ["hook", "main", "cta"];

    /// <summary>Fields that are stored as posted, each with the check of its type. <see cref="SharedLook"/> checks its own.</summary>
    private static readonly (string Name, Action<JsonFields, string>? Check)[] MetadataFields =
    [
        ("scenario_id", IsText), ("style", IsText), ("mood", IsText),
        (SharedLook.ReferencesField, null), (SharedLook.SeedField, null), (SharedLook.StyleField, null),
        ("detected_demographics", (fields, name) => fields.Object(name)),
    ];

    /// <summary>Metadata fields that the service fills itself.</summary>
    private const string Hashtags = "hashtags", SceneFields = "scene_fields", AudioFields = "audio_script";

    /// <summary>The metadata field for posted fields that have one of those names.</summary>
    private const string ScenarioFields = "scenario_fields";

    /// <param name="value">The scenario; the caller has checked <see cref="JsonRules"/>.</param>
    /// <param name="path">Where it is.</param>
    /// <param name="faults">Gets what is wrong with it.</param>
    /// <returns>The scenario, or null when there is any fault.</returns>
    public static Scenario? Parse(JsonElement value, JsonPath path, JsonFaults faults)
    {
        if (JsonFields.Of(value, path, faults) is not { } fields)
        {
            return null;
        }

        var (scenes, sceneFields) = ParseScenes(fields, path, faults);
        _ = SharedLook.Read(fields, path, faults);
        var details = ParseDetails(fields, scenes, sceneFields);
        FieldNames.Scenario.Check(fields, path, faults);
        return faults.Any ? null : new Scenario(details, scenes);
    }

    private static (List<Scene> Scenes, JsonObject Other) ParseScenes(
        JsonFields fields, JsonPath path, JsonFaults faults)
    {
        var (scenes, rest) = (new List<Scene>(), new JsonObject());
        var posted = fields.Array("scenes");
        if (posted.Count is 0 or > MaxScenes && fields.Any("scenes")?.ValueKind is null or JsonValueKind.Array)
        {
            faults.Add(path.Property("scenes"), $"must hold 1 to {MaxScenes} scenes, not {posted.Count}");
        }

        foreach (var (number, (value, inner)) in posted.Take(MaxScenes).Index())
        {
            if (ParseScene(value, number + 1, inner, faults) is { } parsed)
            {
                scenes.Add(parsed.Scene);
                AddUnlessEmpty(rest, $"{number + 1}", parsed.Other);
            }
        }

        return (scenes, rest);
    }

    private static ScenarioDetails ParseDetails(JsonFields fields, List<Scene> scenes, JsonObject sceneFields)
    {
        var audio = fields.Object("audio_script");
        var script = ScriptParts.Select(part => audio?.Text(part)).OfType<string>();
        return new ScenarioDetails
        {
            Title = fields.RequiredText("title"),
            Description = fields.Text("description") ?? "",
            Script = string.Join('\n', script),
            EstimatedDuration = fields.Seconds("total_duration", 0, MaxDuration)
                ?? scenes.Sum(scene => scene.Duration),
            Resolution = PostedSize.In(fields),
            Metadata = ParseMetadata(fields, audio, sceneFields),
        };
    }

    private static JsonObject ParseMetadata(JsonFields fields, JsonFields? audio, JsonObject sceneFields)
    {
        var metadata = new JsonObject();
        foreach (var (name, check) in MetadataFields)
        {
            check?.Invoke(fields, name);
            AddUnlessAbsent(metadata, name, fields.Any(name));
        }

        audio?.Texts(Hashtags);
        AddUnlessAbsent(metadata, Hashtags, audio?.Any(Hashtags));
        AddUnlessEmpty(metadata, AudioFields, Metadata.Of(audio?.AllBut(Hashtags) ?? []));
        AddUnlessEmpty(metadata, SceneFields, sceneFields);

        var clashes = new JsonObject();
        foreach (var (name, value) in fields.Unknown())
        {
            var home = name is Hashtags or SceneFields or ScenarioFields ? clashes : metadata;
            home[name] = Metadata.Node(value);
        }

        AddUnlessEmpty(metadata, ScenarioFields, clashes);
        return metadata;
    }

    private static void IsText(JsonFields fields, string name) => fields.Text(name);

    private static void AddUnlessAbsent(JsonObject target, string name, JsonElement? value)
    {
        if (value is { } posted)
        {
            target[name] = Metadata.Node(posted);
        }
    }

    private static void AddUnlessEmpty(JsonObject target, string name, JsonObject value)
    {
        if (value.Count > 0)
        {
            target[name] = value;
        }
    }

    /// <summary>Reads one scene.</summary>
    /// <param name="value">The scene as posted.</param>
    /// <param name="sceneNumber">Its 1-based position; the number posted with it may say otherwise.</param>
    /// <param name="path">Where it is.</param>
    /// <param name="faults">Gets what is wrong with it.</param>
    /// <returns>The scene, and what else was posted of it; null when it is no object.</returns>
    private static (Scene Scene, JsonObject Other)? ParseScene(
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
            Duration = fields.Seconds("duration", 0, MaxDuration) ?? 0,
            ImagePrompt = PromptIn(fields, sceneNumber, faults),
            VisualPrompt = fields.Text("visual_prompt") ?? "",
            ProductReferenceImageUrl = NullIfBlank(fields.Text("product_reference_image_url")),
            ImageReasoning = fields.Text("image_reasoning"),
            Resolution = PostedSize.In(fields),
            ImageUrl = sceneNumber == 1 ? WebUrl(fields.Peek("generated_image_url")) ?? WebUrl(fields.Peek("image_url")) : null,
        };
        FieldNames.Scene.Check(fields, path, faults);
        return (scene, Metadata.Of(fields.Unknown())); // This includes scene_number, which is stored but never used.
    }

    /// <summary>Empty for a text that says that there is no prompt: RunwayML would make an image of it, and charge for that.</summary>
    private static string PromptIn(JsonFields fields, int sceneNumber, JsonFaults faults)
    {
        var prompt = fields.Text("image_prompt") ?? "";
        if (string.IsNullOrWhiteSpace(prompt) || !NoPrompt().IsMatch(prompt))
        {
            return prompt;
        }

        faults.Adjusted($"The image_prompt of scene {sceneNumber}, \"{prompt.Trim()}\", was read as none: no image is made for it.");
        return "";
    }

    /// <summary>The URL, or null when a page may not show it.</summary>
    private static string? WebUrl(JsonElement? value) =>
        value is { ValueKind: JsonValueKind.String } text && Uri.TryCreate(JsonRules.TextOf(text)?.Trim(), UriKind.Absolute, out var url)
            && url.Scheme is "http" or "https" && url.AbsoluteUri.Length <= MaxUrlLength
            ? url.AbsoluteUri : null;

    private static string? NullIfBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    [GeneratedRegex(
        @"\A[\s\p{Cf}]{0,9}(?:\p{P}{0,9}|[(\[<""'-]?(?:none|null|nil|undefined|n[/.]?a)[)\]>""'.-]?)[\s\p{Cf}]{0,9}\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NoPrompt();
}

/// <summary>Posted JSON that is stored. A copy, digit for digit, as a reference would keep the whole request in memory.</summary>
internal static class Metadata
{
    /// <summary>The fields of stored metadata, to be read like posted ones. What is wrong with them is not reported.</summary>
    public static JsonFields FieldsOf(JsonObject metadata) => JsonFields.Of(
        JsonElement.Parse(metadata.ToJsonString(), new JsonDocumentOptions { MaxDepth = int.MaxValue }), JsonPath.Root, new JsonFaults())!;

    public static JsonObject Of(IEnumerable<KeyValuePair<string, JsonElement>> fields) =>
        new(fields.Select(field => KeyValuePair.Create(field.Key, Node(field.Value))));

    public static JsonNode? Node(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => JsonObject.Create(value.Clone()),
        JsonValueKind.Array => JsonArray.Create(value.Clone()),
        JsonValueKind.Null => null,
        _ => JsonValue.Create(value.Clone()),
    };
}
