using System.Text.RegularExpressions;

namespace ScenarioFunctions.Core;

/// <summary>Text from elsewhere, made fit for a log or a terminal.</summary>
public static partial class PlainText
{
    /// <summary>
    /// One line, without characters that steer a terminal (escape sequences), that end a line, or that turn the direction of
    /// what follows: each run of them becomes a blank.
    /// </summary>
    public static string OneLine(string text) => Control().Replace(text, " ").Trim();

    [GeneratedRegex(@"[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]+")]
    private static partial Regex Control();
}
