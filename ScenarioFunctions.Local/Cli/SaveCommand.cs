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
            Description = $"The user who pays for the images. Default: user_id in the file, or {ScenarioRequest.DefaultUser}.",
        };
        var shortId = new Option<string>("--short")
        {
            HelpName = "ID",
            Description = "The id of the short video. Default: short_id in the file, or the file's name.",
        };
        var json = new Option<bool>("--json")
        {
            Description = "Print only the finished task, as the JSON that the API returns.",
        };
        var command = new Command("save", "Save one scenario, wait until its images are made, and show the result of each scene.")
        {
            file, user, shortId, json,
        };
        command.SetAction((parsed, stopping) => new SaveRun(environment, new SaveOptions(
            parsed.GetRequiredValue(file), parsed.GetValue(user), parsed.GetValue(shortId), parsed.GetValue(json)))
            .RunAsync());
        return command;
    }
}

/// <summary>The arguments of <c>save</c>.</summary>
/// <param name="File">Path, or <c>-</c> for standard input.</param>
/// <param name="User">Null when not given.</param>
/// <param name="Short">Null when not given.</param>
/// <param name="Json">Print only the task, as the API's JSON.</param>
internal sealed record SaveOptions(string File, string? User, string? Short, bool Json);
