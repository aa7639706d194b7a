using System.Text.RegularExpressions;

namespace ScenarioFunctions.Core;

/// <summary>Makes foreign text safe for a log or a terminal.</summary>
public static partial class PlainText
{
    /// <summary>
    /// One line, without characters that control a terminal (escape sequences), end a line, or change the direction of the
    /// text: each run of them becomes a space.
    /// </summary>
    public static string OneLine(string text) => Control().Replace(text, " ").Trim();

    [GeneratedRegex(@"[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]+")]
    private static partial Regex Control();
}
