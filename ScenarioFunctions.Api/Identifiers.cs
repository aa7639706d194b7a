using System.Text.RegularExpressions;

namespace ScenarioFunctions.Api;

/// <summary>The rules of ids and keys.</summary>
internal static partial class Identifiers
{
    public const string Rule = "must be 1 to 128 characters: letters, digits, '_', '-', '.', ':', and not '.' or '..'";
    public const string KeyRule = "must be 1 to 255 visible ASCII characters, given once";

    /// <summary>A short id, user id or task id. Dots alone would be folders in a URL, which no route gets to see.</summary>
    public static bool IsId(string text) => Id().IsMatch(text);

    /// <summary>An <c>Idempotency-Key</c>.</summary>
    public static bool IsKey(string text) => Key().IsMatch(text);

    [GeneratedRegex(@"\A(?!\.{1,2}\z)[A-Za-z0-9_.:-]{1,128}\z")]
    private static partial Regex Id();

    [GeneratedRegex(@"\A[\x21-\x7E]{1,255}\z")]
    private static partial Regex Key();
}
