using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ScenarioFunctions.Core.Json;

/// <summary>
/// Reads an object field by field, and adds a fault for each field with the wrong type. Null counts as
/// absent. What <see cref="JsonRules"/> reports is not reported again here.
/// </summary>
internal sealed partial class JsonFields
{
    private readonly JsonPath path;
    private readonly JsonFaults faults;
    private readonly Dictionary<string, JsonElement> fields = [];
    private readonly HashSet<string> known = [];

    private JsonFields(JsonElement value, JsonPath path, JsonFaults faults)
    {
        (this.path, this.faults) = (path, faults);
        foreach (var property in value.EnumerateObject())
        {
            if (JsonRules.NameOf(property) is { } name)
            {
                fields[name] = property.Value;
            }
        }
    }

    /// <summary>The fields of <paramref name="value"/>; null and a fault when it is not an object.</summary>
    public static JsonFields? Of(JsonElement value, JsonPath path, JsonFaults faults)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            return new JsonFields(value, path, faults);
        }

        faults.Add(path, $"must be an object, not {JsonKind.NameOf(value)}");
        return null;
    }

    /// <summary>A field of any type, or null when it is absent.</summary>
    public JsonElement? Any(string name)
    {
        known.Add(name);
        return Peek(name);
    }

    /// <summary>Like <see cref="Any"/>, but the field also stays in <see cref="Unknown"/>, which is stored as posted.</summary>
    public JsonElement? Peek(string name) =>
        fields.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public string? Text(string name) =>
        Typed(name, "a string", JsonValueKind.String) is { } value ? JsonRules.TextOf(value) : null;

    /// <summary>A required string; it may be empty.</summary>
    public string RequiredText(string name)
    {
        if (Any(name) is null)
        {
            faults.Add(path.Property(name), "is required");
        }

        return Text(name) ?? "";
    }

    /// <summary>Seconds: a number, or a string such as <c>8</c>, <c>5s</c>, <c>7,5 seconds</c> or <c>1:30</c>. A blank string counts as absent.</summary>
    public double? Seconds(string name, double min, double max)
    {
        var text = Any(name) is { ValueKind: JsonValueKind.String } value ? JsonRules.TextOf(value) : null;
        if (text is not null && string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var seconds = text is not null ? SecondsIn(text) : Typed(name, "a number", JsonValueKind.Number)?.GetDouble();
        if (seconds is { } given && !(given >= min && given <= max))
        {
            faults.Add(path.Property(name), $"must be from {min} to {max}");
        }
        else if (seconds is null && Any(name) is { ValueKind: JsonValueKind.String })
        {
            faults.Add(path.Property(name), "must be a number of seconds, such as 8 or \"8s\"");
        }

        return seconds;
    }

    public long? WholeNumber(string name, long min, long max)
    {
        if (Typed(name, "a whole number", JsonValueKind.Number) is not { } value)
        {
            return null;
        }

        if (value.TryGetInt64(out var number) && number >= min && number <= max)
        {
            return number;
        }

        faults.Add(path.Property(name), $"must be a whole number from {min} to {max}");
        return null;
    }

    public JsonFields? Object(string name) =>
        Any(name) is { } value ? Of(value, path.Property(name), faults) : null;

    /// <summary>The items of an array with their paths. Empty when the field is absent, or, with a fault, when it is not an array.</summary>
    public IReadOnlyList<(JsonElement Value, JsonPath Path)> Array(string name)
    {
        var inner = path.Property(name);
        return Typed(name, "an array", JsonValueKind.Array) is { } value
            ? [.. value.EnumerateArray().Select((item, index) => (item, inner.Item(index)))]
            : [];
    }

    /// <summary>Checks that a field, if present, is a string or an array of strings.</summary>
    public void Texts(string name)
    {
        if (Any(name) is { ValueKind: JsonValueKind.String })
        {
            return;
        }

        foreach (var (value, item) in Array(name).Where(item => item.Value.ValueKind != JsonValueKind.String))
        {
            faults.Add(item, $"must be a string, not {JsonKind.NameOf(value)}");
        }
    }

    /// <summary>The fields that no other method has read, as posted.</summary>
    public IEnumerable<KeyValuePair<string, JsonElement>> Unknown() =>
        fields.Where(field => !known.Contains(field.Key));

    /// <summary>All fields, as posted.</summary>
    public IEnumerable<KeyValuePair<string, JsonElement>> All => fields;

    /// <summary>All fields but one, as posted.</summary>
    public IEnumerable<KeyValuePair<string, JsonElement>> AllBut(string name) => fields.Where(field => field.Key != name);

    private static double? SecondsIn(string text)
    {
        if (ClockText().Match(text) is { Success: true, Groups: var clock })
        {
            return (Part(clock["h"]) * 3600) + (Part(clock["m"]) * 60) + Part(clock["s"]);
        }

        return SecondsText().Match(text) is { Success: true } match
            && double.TryParse(match.Groups[1].Value.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number)
            ? number : null;

        static int Part(Group digits) => digits.Success ? int.Parse(digits.Value, CultureInfo.InvariantCulture) : 0;
    }

    private JsonElement? Typed(string name, string expected, JsonValueKind kind)
    {
        if (Any(name) is not { } value || value.ValueKind == kind)
        {
            return Any(name);
        }

        faults.Add(path.Property(name), $"must be {expected}, not {JsonKind.NameOf(value)}");
        return null;
    }

    [GeneratedRegex(@"\A\s*([-+]?[0-9]+,[0-9]{1,2}|[-+.0-9eE]+)(?>\s*)(?:s|secs?|seconds?)?\.?\s*\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecondsText();

    /// <summary>Minutes and seconds as a player shows them, with or without hours.</summary>
    [GeneratedRegex(@"\A\s*(?:(?<h>[0-9]{1,2}):)?(?<m>[0-9]{1,2}):(?<s>[0-5][0-9])\s*\z")]
    private static partial Regex ClockText();
}

/// <summary>Names the type of a JSON value in words.</summary>
public static class JsonKind
{
    /// <returns>Such as <c>an object</c>.</returns>
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
