using System.Text.Json;

namespace ScenarioFunctions.Core.Scenarios;

/// <summary>What a JSON value is, in words.</summary>
public static class JsonKind
{
    /// <returns>Such as <c>an object</c>, to stand after "not".</returns>
    public static string NameOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "a boolean",
    };
}
