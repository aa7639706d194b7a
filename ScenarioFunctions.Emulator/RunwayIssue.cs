namespace ScenarioFunctions.Emulator;

/// <summary>
/// One fault of a request's body, as RunwayML tells it: in the words and fields of the validator that it uses,
/// Zod 4. Its path is names and positions, from the body inwards. Fields that say nothing of a fault are null,
/// and not sent.
/// </summary>
internal sealed record RunwayIssue(string Code, IReadOnlyList<object> Path, string Message)
{
    public string? Expected { get; init; }

    public string? Origin { get; init; }

    public long? Minimum { get; init; }

    public long? Maximum { get; init; }

    public bool? Inclusive => Minimum is null && Maximum is null ? null : true;

    public IReadOnlyList<string>? Values { get; init; }

    public string? Note { get; init; }

    public string? Discriminator { get; init; }

    public static RunwayIssue WrongType(string expected, string received, params object[] path) =>
        new("invalid_type", path, $"Invalid input: expected {expected}, received {received}") { Expected = expected };

    public static RunwayIssue NotOneOf(IReadOnlyList<string> values, params object[] path) =>
        new("invalid_value", path, "Invalid option: expected one of " + string.Join('|', values.Select(value => $"\"{value}\"")))
        {
            Values = values,
        };

    /// <summary>The origin is what is measured: <c>string</c>, <c>array</c> or <c>number</c>.</summary>
    public static RunwayIssue TooSmall(string origin, long minimum, params object[] path) =>
        new("too_small", path, $"Too small: expected {origin} {Size(origin, ">=", minimum)}")
        {
            Origin = origin,
            Minimum = minimum,
        };

    /// <inheritdoc cref="TooSmall"/>
    public static RunwayIssue TooBig(string origin, long maximum, params object[] path) =>
        new("too_big", path, $"Too big: expected {origin} {Size(origin, "<=", maximum)}")
        {
            Origin = origin,
            Maximum = maximum,
        };

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
}
