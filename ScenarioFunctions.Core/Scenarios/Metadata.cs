using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScenarioFunctions.Core.Scenarios;

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
