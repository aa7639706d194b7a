using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace ScenarioFunctions.Core.Json;

/// <summary>Rules for every value of a body, in known and unknown fields alike: it must be possible to store it.</summary>
internal static class JsonRules
{
    /// <summary>
    /// The most levels of objects and arrays in a body, including the outermost. The Functions host reads an activity's input with
    /// a limit of 64, and the service wraps what was posted in a few levels of its own.
    /// </summary>
    public const int MaxDepth = 32;

    /// <summary>
    /// The most levels that are read at all, so that <see cref="Check"/> can name the place. The time to read JSON grows with the square of
    /// its depth: half a minute of work for a body of 200 KB.
    /// </summary>
    public const int MaxDepthRead = 64;

    private const int EscapeLength = 6;

    public static void Check(JsonElement value, JsonPath path, JsonFaults faults)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object or JsonValueKind.Array when path.Depth >= MaxDepth:
                faults.Add(path, $"is nested more than {MaxDepth} levels deep");
                break;
            case JsonValueKind.Object:
                CheckObject(value, path, faults);
                break;
            case JsonValueKind.Array:
                CheckArray(value, path, faults);
                break;
            default:
                if (FaultOf(value) is { } fault)
                {
                    faults.Add(path, fault);
                }

                break;
        }
    }

    /// <summary>The name of a property; null when it contains what no string can hold.</summary>
    public static string? NameOf(JsonProperty property) =>
        TextFaultOf(JsonMarshal.GetRawUtf8PropertyName(property)) is null ? property.Name : null;

    /// <summary>The text of a string; null when it contains what no string can hold.</summary>
    public static string? TextOf(JsonElement value) => FaultOf(value) is null ? value.GetString() : null;

    private static void CheckObject(JsonElement value, JsonPath path, JsonFaults faults)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in value.EnumerateObject())
        {
            if (NameOf(property) is not { } name)
            {
                var raw = JsonMarshal.GetRawUtf8PropertyName(property);
                faults.Add(path.Property(Encoding.UTF8.GetString(raw)), $"has a name that {TextFaultOf(raw)}");
                continue;
            }

            var inner = path.Property(name);
            if (!seen.Add(name))
            {
                faults.Add(inner, "is given more than once");
            }

            Check(property.Value, inner, faults);
        }
    }

    private static void CheckArray(JsonElement value, JsonPath path, JsonFaults faults)
    {
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            Check(item, path.Item(index++), faults);
        }
    }

    private static string? FaultOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => TextFaultOf(JsonMarshal.GetRawUtf8Value(value)),
        JsonValueKind.Number when !double.IsFinite(value.GetDouble()) => "is too large a number to be stored",
        _ => null,
    };

    /// <summary>
    /// Looks for what JSON can escape but .NET strings and PostgreSQL cannot hold: U+0000 and halves of surrogate pairs. It reads
    /// the escapes itself, as .NET throws for such a string.
    /// </summary>
    /// <param name="raw">A JSON string or property name, still escaped, with or without its quotes.</param>
    /// <returns>What is wrong with it, or null.</returns>
    private static string? TextFaultOf(ReadOnlySpan<byte> raw)
    {
        while (raw.IndexOf((byte)'\\') is >= 0 and var position)
        {
            raw = raw[position..];
            if (UnitAt(raw) is not { } unit)
            {
                raw = raw[2..];
            }
            else if (unit == '\0')
            {
                return "holds the character U+0000, which cannot be stored";
            }
            else if (!char.IsSurrogate(unit))
            {
                raw = raw[EscapeLength..];
            }
            else if (char.IsHighSurrogate(unit) && UnitAt(raw[EscapeLength..]) is { } next && char.IsLowSurrogate(next))
            {
                raw = raw[(2 * EscapeLength)..];
            }
            else
            {
                return "holds one half of a surrogate pair without the other";
            }
        }

        return null;
    }

    private static char? UnitAt(ReadOnlySpan<byte> raw) =>
        raw.StartsWith("\\u"u8)
            ? (char)ushort.Parse(Encoding.ASCII.GetString(raw[2..EscapeLength]), NumberStyles.HexNumber)
            : null;
}
