using System.CommandLine;

namespace ScenarioFunctions.Local.Cli.Credits;

/// <summary>The command <c>credits USER [--grant N]</c>.</summary>
internal static class CreditsCommand
{
    private const int MostAtOnce = 1_000_000;

    public static Command Create(CliEnvironment environment)
    {
        var user = new Argument<string>("USER") { Description = "Whose credits." };
        var grant = new Option<int?>("--grant")
        {
            HelpName = "N",
            Description = $"Adds N credits, 1 to {MostAtOnce}.",
        };
        grant.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1 or > MostAtOnce)
            {
                result.AddError($"--grant takes a whole number from 1 to {MostAtOnce}.");
            }
        });
        var command = new Command("credits", "Shows a user's credits and how many images they buy, or adds some.")
        {
            user, grant,
        };
        command.SetAction((parsed, _) =>
            new CreditsRun(environment).RunAsync(parsed.GetRequiredValue(user), parsed.GetValue(grant)));
        return command;
    }
}
