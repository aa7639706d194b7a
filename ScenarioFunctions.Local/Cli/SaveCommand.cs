using System.CommandLine;

namespace ScenarioFunctions.Local.Cli;

/// <summary>The command <c>save FILE…</c>.</summary>
internal static class SaveCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "Scenarios as JSON (or whole requests: short_id, user_id, scenario). A folder stands for its .json files; - reads standard input.",
            Arity = ArgumentArity.OneOrMore,
        };
        var user = new Option<string>("--user")
        {
            HelpName = "ID",
            Description = $"The user who pays for the images. Default: user_id in the file, or {ScenarioRequest.DefaultUser}.",
        };
        var shortId = new Option<string>("--short")
        {
            HelpName = "ID",
            Description = "The id of the short video, for a single file. Default: short_id in the file, or the file's name.",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what would be made and what it would cost." };
        var result = new ResultOptions("the finished task; of several files or a folder, all tasks in an array");
        var command = new Command("save", "Save scenarios, wait until their images are made, and show the result of each scene.")
        {
            files, user, shortId, dryRun, result.Out, result.Strict, result.Json,
        };
        command.SetAction((parsed, _) => new SaveRun(environment, new SaveOptions(
            parsed.GetRequiredValue(files),
            parsed.GetValue(user),
            parsed.GetValue(shortId),
            parsed.GetValue(dryRun),
            result.Of(parsed))).RunAsync());
        return command;
    }
}

/// <summary>The arguments of <c>save</c>.</summary>
/// <param name="Paths">Files, folders, or <c>-</c> for standard input.</param>
/// <param name="User">Null when not given.</param>
/// <param name="Short">Null when not given.</param>
/// <param name="DryRun">Start nothing.</param>
/// <param name="Result">What happens to the result.</param>
internal sealed record SaveOptions(IReadOnlyList<string> Paths, string? User, string? Short, bool DryRun, ResultSettings Result);
