using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using ScenarioFunctions.Local.Cli.Client;

namespace ScenarioFunctions.Local.Cli.Credits;

/// <summary>The command <c>credits USER [--grant N]</c>.</summary>
internal static class CreditsCommand
{
    private const int MostAtOnce = 1_000_000;

    public static Command Create(CliEnvironment environment)
    {
        var user = new Argument<string>("USER") { Description = "Whose credits." };
        user.Validators.Add(DemandName);
        var grant = new Option<int?>("--grant")
        {
            HelpName = "N",
            Description = $"Adds N credits, 1 to {MostAtOnce}.",
            CustomParser = ParseGrant,
        };
        var command = new Command("credits", "Shows a user's credits and how many images they buy, or adds some.")
        {
            user, grant,
        };
        command.SetAction((parsed, _) =>
            new CreditsRun(environment).RunAsync(parsed.GetRequiredValue(user), parsed.GetValue(grant)));
        return command;
    }

    private static void DemandName(ArgumentResult result)
    {
        if (result.Tokens is [{ Value: var user }] && !ScenarioApiClient.CanName(user))
        {
            result.AddError($"USER cannot be '{user}': no URL could name it.");
        }
    }

    private static int? ParseGrant(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (int.TryParse(text, CultureInfo.InvariantCulture, out var credits) && credits is >= 1 and <= MostAtOnce)
        {
            return credits;
        }

        result.AddError($"--grant takes a whole number from 1 to {MostAtOnce}, not '{text}'.");
        return null;
    }
}
