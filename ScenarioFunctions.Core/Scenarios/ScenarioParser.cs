using System.Text.Json;
using System.Text.Json.Nodes;
using ScenarioFunctions.Core.Json;

namespace ScenarioFunctions.Core.Scenarios;

/// <summary>Reads a scenario as posted, finding every fault at once.</summary>
internal static class ScenarioParser
{
    public const int MaxScenes = 100;

    /// <summary>The longest time that a scene or a video may last, in seconds: a day.</summary>
    private const double MaxDuration = 86_400;

    private static readonly string[] ScriptParts = ["hook", "main", "cta"];
    private static readonly string[] MetadataTexts = ["scenario_id", "style", "mood", "resolution"];

    /// <summary>Names under which metadata keeps what it gathers itself.</summary>
    private const string Hashtags = "hashtags", SceneFields = "scene_fields", AudioFields = "audio_script";

    /// <summary>Takes the posted fields that have one of those names.</summary>
    private const string ScenarioFields = "scenario_fields";

    /// <param name="value">The scenario; <see cref="JsonRules"/> are checked by the caller.</param>
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
        var details = ParseDetails(fields, scenes, sceneFields);
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
            EstimatedDuration = fields.Number("total_duration", 0, MaxDuration)
                ?? scenes.Sum(scene => scene.Duration),
            Resolution = fields.Text("resolution"),
            Metadata = ParseMetadata(fields, audio, sceneFields),
        };
    }

    private static JsonObject ParseMetadata(JsonFields fields, JsonFields? audio, JsonObject sceneFields)
    {
        var metadata = new JsonObject();
        foreach (var name in MetadataTexts)
        {
            _ = fields.Text(name);
            AddUnlessAbsent(metadata, name, fields.Any(name));
        }

        _ = fields.Object("detected_demographics");
        AddUnlessAbsent(metadata, "detected_demographics", fields.Any("detected_demographics"));
        audio?.TextArray(Hashtags);
        AddUnlessAbsent(metadata, Hashtags, audio?.Any(Hashtags));
        AddUnlessEmpty(metadata, AudioFields, Metadata.Of(audio?.Unknown() ?? []));
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
            Duration = fields.Number("duration", 0, MaxDuration) ?? 0,
            ImagePrompt = sceneNumber == 1
                ? fields.Text("image_prompt") ?? ""
                : fields.RequiredText("image_prompt", " for every scene but the first"),
            VisualPrompt = fields.Text("visual_prompt") ?? "",
            ProductReferenceImageUrl = NullIfBlank(fields.Text("product_reference_image_url")),
            ImageReasoning = fields.Text("image_reasoning"),
        };
        var rest = Metadata.Of(fields.Unknown()); // With scene_number, which is kept but never obeyed.
        fields.AnyWholeNumber("scene_number");
        return (scene, rest);
    }

    private static string? NullIfBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}

/// <summary>JSON as posted, kept to the digit, on its own: it must not keep a whole request in memory.</summary>
internal static class Metadata
{
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
