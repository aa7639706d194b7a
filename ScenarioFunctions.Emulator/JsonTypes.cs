using System.Text.Json;

namespace ScenarioFunctions.Emulator;

internal static class JsonTypes
{
    /// <summary>What RunwayML calls a value of this kind in its messages.</summary>
    public static string NameOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined => "undefined",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.Null => "null",
        _ => "boolean",
    };
}
