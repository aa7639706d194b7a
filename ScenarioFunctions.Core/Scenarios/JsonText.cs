using System.Globalization;
using System.Text;

namespace ScenarioFunctions.Core.Scenarios;

/// <summary>
/// Looks for what JSON can escape and neither .NET strings nor PostgreSQL can hold: U+0000 and halves of
/// surrogate pairs. It reads the escapes, as asking .NET for such a string throws.
/// </summary>
internal static class JsonText
{
    private const int EscapeLength = 6;

    /// <param name="raw">A JSON string or property name that was parsed, still escaped; quotes do not matter.</param>
    /// <returns>What is wrong with it, or null.</returns>
    public static string? FaultOf(ReadOnlySpan<byte> raw)
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
