using System.Text.Json;

namespace ScenarioFunctions.Emulator;

/// <summary>
/// One fault of a request's body, in the words and fields of RunwayML's validator, Zod 4. The path has names and positions,
/// starting at the body. Fields that are null are not sent.
/// </summary>
internal sealed record RunwayIssue(string Code, IReadOnlyList<object> Path, string Message)
{
    public string? Expected { get; init; }

    public string? Origin { get; init; }

    public long? Minimum { get; init; }

    public long? Maximum { get; init; }

    public bool? Inclusive => Minimum is null && Maximum is null ? null : true;

    public IReadOnlyList<string>? Values { get; init; }

    public IReadOnlyList<string>? Keys { get; init; }

    public string? Note { get; init; }

    public string? Discriminator { get; init; }

    public static RunwayIssue WrongType(string expected, JsonElement received, params object[] path) =>
        new("invalid_type", path, $"Invalid input: expected {expected}, received {TypeName(received)}") { Expected = expected };

    public static RunwayIssue NotOneOf(IReadOnlyList<string> values, params object[] path) =>
        new("invalid_value", path, "Invalid option: expected one of " + string.Join('|', values.Select(value => $"\"{value}\"")))
        {
            Values = values,
        };

    /// <param name="origin">What is measured: <c>string</c>, <c>array</c> or <c>number</c>.</param>
    /// <param name="size">Null is in range: then something else is wrong.</param>
    /// <param name="minimum">The smallest allowed size.</param>
    /// <param name="maximum">The largest allowed size.</param>
    /// <param name="name">The field's name.</param>
    public static IEnumerable<RunwayIssue> OutOfRange(string origin, long? size, long minimum, long maximum, string name) =>
        size < minimum ? [new("too_small", [name], $"Too small: expected {origin} {Size(origin, ">=", minimum)}")
            {
                Origin = origin,
                Minimum = minimum,
            }]
        : size > maximum ? [new("too_big", [name], $"Too big: expected {origin} {Size(origin, "<=", maximum)}")
            {
                Origin = origin,
                Maximum = maximum,
            }]
        : [];

    /// <summary>Checks an object's fields: values outside a fixed choice, and unknown fields.</summary>
    /// <param name="value">The object.</param>
    /// <param name="fields">Its fields by name, with their values where these are fixed.</param>
    /// <param name="path">The object's path.</param>
    public static IEnumerable<RunwayIssue> OfFields(
        JsonElement value, IReadOnlyDictionary<string, string[]> fields, params object[] path)
    {
        foreach (var (name, values) in fields)
        {
            if (values.Length > 0 && value.TryGetProperty(name, out var chosen)
                && !(chosen.ValueKind == JsonValueKind.String && values.Contains(chosen.GetString())))
            {
                yield return NotOneOf(values, [.. path, name]);
            }
        }

        string[] unknown = [.. value.EnumerateObject().Select(field => field.Name).Where(name => !fields.ContainsKey(name)).Distinct()];
        if (unknown.Length > 0)
        {
            yield return new("unrecognized_keys", path,
                $"Unrecognized key{(unknown.Length > 1 ? "s" : "")}: {string.Join(", ", unknown.Select(name => $"\"{name}\""))}")
            {
                Keys = unknown,
            };
        }
    }

    public static RunwayIssue UnknownModel() => new("invalid_union", ["model"], "Invalid input")
    {
        Note = "No matching discriminator",
        Discriminator = "model",
    };

    public static RunwayIssue Custom(string message, params object[] path) => new("custom", path, message);

    private static string Size(string origin, string relation, long limit) => origin switch
    {
        "string" => $"to have {relation}{limit} characters",
        "array" => $"to have {relation}{limit} items",
        _ => $"to be {relation}{limit}",
    };

    private static string TypeName(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        var kind => kind.ToString().ToLowerInvariant(),
    };
}
