namespace ScenarioFunctions.Hosting;

/// <summary>
/// Says why the app does not start. The Functions host takes a line of standard error for an error only when it has that
/// word in it, and reads each line alone.
/// </summary>
internal static class StartError
{
    public static async Task WriteAsync(string message) => await Console.Error.WriteLineAsync(LinesOf(message));

    public static string LinesOf(string message) =>
        string.Join(Environment.NewLine, message.ReplaceLineEndings("\n").Split('\n').Select(line => $"Error: {line}"));
}
