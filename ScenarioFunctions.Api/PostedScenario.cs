using System.Text.Json;
using ScenarioFunctions.Core.Json;

namespace ScenarioFunctions.Api;

/// <summary>
/// Finds the scenario in the posted field: an object, or a text that contains one in any of the ways of
/// <see cref="LooseJson"/>; directly, or in a whole request or <c>{"scenario": …}</c>.
/// </summary>
internal static class PostedScenario
{
    private const string Field = "scenario";

    private const int MostWrappings = 4;

    /// <returns>The scenario and its path; null after adding a fault.</returns>
    public static (JsonElement Value, JsonPath Path)? In(JsonFields request, JsonFaults faults)
    {
        var path = JsonPath.Root.Property(Field);
        if (request.Any(Field) is not { } found)
        {
            faults.Add(path, "is required: an object, or a string that holds one as JSON"
                + (request.Unknown().Select(field => Search(field.Value, JsonPath.Root.Property(field.Key))).FirstOrDefault(at => at is not null)
                    is { } elsewhere ? $"; did you mean the one in {elsewhere}?" : ""));
            return null;
        }

        for (var wrappings = 0; ; wrappings++)
        {
            if (found.ValueKind == JsonValueKind.String)
            {
                if (JsonRules.TextOf(found) is not { } text || LooseJson.Read(text, path, faults) is not { } inner)
                {
                    return null;
                }

                JsonRules.Check(inner, path, faults);
                found = inner;
            }

            if (found.ValueKind == JsonValueKind.Array && found.GetArrayLength() == 1 && found[0].ValueKind == JsonValueKind.Object)
            {
                (found, path) = (found[0], path.Item(0));
                faults.Adjusted("The scenario was taken out of a list that held only it.");
            }

            if (wrappings == MostWrappings || Wrapped(found, path, faults) is not { } wrapped)
            {
                if (Search(found, path) is { } inside && inside != path)
                {
                    faults.Add(path, $"has no scenes: did you mean the scenario in {inside}?");
                }

                return (found, path);
            }

            (found, path) = (wrapped, path.Property(Field));
        }
    }

    /// <summary>
    /// Looks for a scenario, as far as its scenes show one, in wrappers such as <c>{"data": …}</c>. It is only named: which one is
    /// meant is not guessed.
    /// </summary>
    /// <returns>Its path; null when there is none.</returns>
    private static JsonPath? Search(JsonElement value, JsonPath path, int depth = 0)
    {
        if (depth > MostWrappings || value.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (value.TryGetProperty("scenes", out _) || value.TryGetProperty("title", out _))
        {
            return value.TryGetProperty("scenes", out var scenes) && scenes.ValueKind == JsonValueKind.Array ? path : null;
        }

        return value.EnumerateObject()
            .Select(field => JsonRules.NameOf(field) is not { } name ? null
                : name == Field && field.Value.ValueKind == JsonValueKind.String ? path.Property(name)
                : Search(field.Value, path.Property(name), depth + 1))
            .FirstOrDefault(at => at is not null);
    }

    /// <summary>Reads a text that contains a scenario or a whole request, without checking its fields.</summary>
    /// <returns>The JSON, or null and what is wrong with the text (the end of a sentence); and what was left out.</returns>
    public static (JsonElement? Json, IReadOnlyList<string> Adjustments, string? Fault) Read(string text)
    {
        var faults = new JsonFaults();
        var json = LooseJson.Read(text, JsonPath.Root, faults);
        return (json, faults.Adjustments, faults.ByPath.Values.SelectMany(told => told).FirstOrDefault());
    }

    /// <summary>The scenario in a request, or in <c>{"scenario": …}</c>, posted instead of a scenario; otherwise null.</summary>
    private static JsonElement? Wrapped(JsonElement value, JsonPath path, JsonFaults faults)
    {
        if (value.ValueKind != JsonValueKind.Object || JsonFields.Of(value, path, faults) is not { } fields
            || fields.Peek(Field) is not { ValueKind: JsonValueKind.Object or JsonValueKind.String } inner
            || fields.Peek("scenes") is not null || fields.Peek("title") is not null)
        {
            return null;
        }

        faults.Adjusted(fields.Peek("short_id") is null && fields.Peek("user_id") is null
            ? "The scenario was taken out of an object that held it under \"scenario\"."
            : "The scenario was taken out of a whole request that was posted in its place; the ids in that request are not used.");
        return inner;
    }
}
