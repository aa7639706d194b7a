namespace ScenarioFunctions.Local.Cli.Save;

/// <summary>What <c>save</c> was asked.</summary>
/// <param name="File">Path, or <c>-</c> for standard input.</param>
/// <param name="User">Null when not given.</param>
/// <param name="Short">Null when not given.</param>
/// <param name="Json">Prints the task as the API tells it, and nothing else.</param>
internal sealed record SaveOptions(string File, string? User, string? Short, bool Json);
