using System.Text.RegularExpressions;

namespace ScenarioFunctions.Local.Cli;

/// <summary>Words for a terminal.</summary>
internal static partial class CliText
{
    /// <summary>Text from elsewhere on one line, without characters that would steer the terminal.</summary>
    public static string OneLine(string text) => Control().Replace(text, " ").Trim();

    /// <summary>"1 image", "2 images".</summary>
    public static string Count(long count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    [GeneratedRegex(@"\p{Cc}+")]
    private static partial Regex Control();
}
