using System.Text.RegularExpressions;

namespace ScenarioFunctions.Tests.Local.Cli;

/// <summary>What a program wrote to a terminal.</summary>
internal static partial class TerminalText
{
    /// <summary>Without colours and movements of the cursor. What was drawn over is a line of its own.</summary>
    public static string Plain(string written) =>
        Control().Replace(written, "").ReplaceLineEndings("\n").Replace('\r', '\n');

    [GeneratedRegex(@"\e\[[0-9;?]*[A-Za-z]")]
    private static partial Regex Control();
}
