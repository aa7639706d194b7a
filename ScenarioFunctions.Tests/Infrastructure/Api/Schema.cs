using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ScenarioFunctions.Tests.Infrastructure.Api;

/// <summary>
/// The part of JSON Schema that <c>openapi.json</c> uses; a property that is not documented is a fault
/// unless the schema allows others.
/// </summary>
internal static class Schema
{
    public static IEnumerable<string> FaultsOf(JsonNode? value, JsonNode schemaOrReference, string path)
    {
        var schema = Contract.Resolve(schemaOrReference);
        if (schema["anyOf"] is JsonArray choices)
        {
            var each = choices.Select(choice => FaultsOf(value, choice!, path).ToList()).ToList();
            return each.Any(faults => faults.Count == 0) ? [] : each.MinBy(faults => faults.Count)!;
        }

        if (schema["type"] is { } type && !TypesOf(type).Any(name => IsOfType(value, name)))
        {
            return [$"{path} is no {type.ToJsonString()}"];
        }

        return value switch
        {
            JsonObject fields => ObjectFaults(fields, schema, path),
            JsonArray items => items.SelectMany((item, index) => FaultsOf(item, schema["items"]!, $"{path}[{index}]"))
                .Concat(LengthFaults(items, schema, path)),
            JsonValue leaf => LeafFaults(leaf, schema, path),
            _ => [],
        };
    }

    private static IEnumerable<string> ObjectFaults(JsonObject fields, JsonNode schema, string path)
    {
        var known = schema["properties"] as JsonObject ?? [];
        var others = schema["additionalProperties"];
        foreach (var name in (schema["required"] as JsonArray ?? []).Select(name => name!.GetValue<string>()))
        {
            if (!fields.ContainsKey(name))
            {
                yield return $"{path}.{name} is missing";
            }
        }

        foreach (var (name, value) in fields)
        {
            var schemaOfField = known[name] ?? others as JsonObject;
            if (schemaOfField is null && others is null)
            {
                yield return $"{path}.{name} is not documented";
            }

            foreach (var fault in schemaOfField is null ? [] : FaultsOf(value, schemaOfField, $"{path}.{name}"))
            {
                yield return fault;
            }
        }
    }

    private static IEnumerable<string> LengthFaults(JsonArray items, JsonNode schema, string path) =>
        items.Count < (schema["minItems"]?.GetValue<int>() ?? 0)
        || items.Count > (schema["maxItems"]?.GetValue<int>() ?? int.MaxValue)
            ? [$"{path} has {items.Count} items"]
            : [];

    private static IEnumerable<string> LeafFaults(JsonValue value, JsonNode schema, string path)
    {
        var text = value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
        var number = value.GetValueKind() == JsonValueKind.Number ? double.Parse(value.ToJsonString()) : 0;
        var allowed = schema["enum"] as JsonArray;
        var fits = (allowed is null || allowed.Any(one => JsonNode.DeepEquals(one, value)))
            && (schema["const"] is not { } only || JsonNode.DeepEquals(only, value))
            && (text is null || schema["pattern"] is not { } rule || Regex.IsMatch(text, rule.GetValue<string>()))
            && (text is null || schema["format"]?.GetValue<string>() != "uri" || Uri.TryCreate(text, UriKind.Absolute, out _))
            && !(number < (schema["minimum"]?.GetValue<double>() ?? double.MinValue))
            && !(number > (schema["maximum"]?.GetValue<double>() ?? double.MaxValue));
        return fits ? [] : [$"{path} is {value.ToJsonString()}, against {schema.ToJsonString()}"];
    }

    private static IEnumerable<string> TypesOf(JsonNode type) =>
        type is JsonArray several ? several.Select(one => one!.GetValue<string>()) : [type.GetValue<string>()];

    private static bool IsOfType(JsonNode? value, string type) => (type, value?.GetValueKind()) switch
    {
        ("null", null) => true,
        ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String) => true,
        ("number", JsonValueKind.Number) or ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
        ("integer", JsonValueKind.Number) => double.Parse(value!.ToJsonString()) % 1 == 0,
        _ => false,
    };
}
