using System.CommandLine;

namespace ScenarioFunctions.Local.Cli;

/// <summary>The command <c>save FILE [--user ID] [--short ID] [--json]</c>.</summary>
internal static class SaveCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "The scenario as JSON (or a whole request: short_id, user_id, scenario); - reads standard input.",
        };
        var user = new Option<string>("--user")
        {
            HelpName = "ID",
            Description = $"Who pays for the images; {ScenarioRequest.DefaultUser} unless the file says.",
        };
        var shortId = new Option<string>("--short")
        {
            HelpName = "ID",
            Description = "The short video that the scenario is for; the file's name unless the file says.",
        };
        var json = new Option<bool>("--json")
        {
            Description = "Prints the finished task as the API tells it, and nothing else.",
        };
        var command = new Command("save", "Saves one scenario to its end, and shows what became of each scene.")
        {
            file, user, shortId, json,
        };
        command.SetAction((parsed, stopping) => new SaveRun(environment, new SaveOptions(
            parsed.GetRequiredValue(file), parsed.GetValue(user), parsed.GetValue(shortId), parsed.GetValue(json)))
            .RunAsync());
        return command;
    }
}

/// <summary>What <c>save</c> was asked.</summary>
/// <param name="File">Path, or <c>-</c> for standard input.</param>
/// <param name="User">Null when not given.</param>
/// <param name="Short">Null when not given.</param>
/// <param name="Json">Prints the task as the API tells it, and nothing else.</param>
internal sealed record SaveOptions(string File, string? User, string? Short, bool Json);
