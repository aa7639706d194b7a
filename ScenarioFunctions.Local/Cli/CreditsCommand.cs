using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using ScenarioFunctions.Api;

namespace ScenarioFunctions.Local.Cli;

/// <summary>The command <c>credits USER [--grant N] [--json]</c>.</summary>
internal static class CreditsCommand
{
    private const int MaxGrant = 1_000_000;

    public static Command Create(CliEnvironment environment)
    {
        var user = new Argument<string>("USER") { Description = "The user's id." };
        user.Validators.Add(DemandName);
        var grant = new Option<int?>("--grant")
        {
            HelpName = "N",
            Description = $"Add N credits, 1 to {MaxGrant}.",
            CustomParser = ParseGrant,
        };
        var json = JsonOutput.Option("the credits");
        var command = new Command("credits", "Show a user's credits, how many of them are held for running tasks, and how many images the rest pays for; or add credits.")
        {
            user, grant, json,
        };
        command.SetAction((parsed, _) => ServerLink.UseAsync(environment, ServerUse.Look, (link, interrupted) =>
            RunAsync(environment, link, parsed.GetRequiredValue(user), parsed.GetValue(grant), parsed.GetValue(json), interrupted)));
        return command;
    }

    /// <returns>The exit code.</returns>
    private static async Task<int> RunAsync(
        CliEnvironment environment, ServerLink link, string userId, int? grant, bool json, CancellationToken interrupted)
    {
        var credits = await link.AskAsync(api => api.ReadCreditsAsync(userId, interrupted), interrupted);
        var before = credits.Value.Balance;
        if (grant is { } more)
        {
            var key = $"{Guid.NewGuid()}"; // a grant whose answer is lost is sent again, and added once
            credits = await link.AskAsync(api => api.GrantCreditsAsync(userId, more, key, interrupted), interrupted);
        }

        if (json)
        {
            JsonOutput.Print(environment, credits.Json);
        }
        else
        {
            Write(environment, credits.Value, grant is null ? null : $"{grant}, on top of {before}");
        }

        return ExitCodes.Completed;
    }

    private static void Write(CliEnvironment environment, CreditsResource credits, string? added)
    {
        if (added is not null)
        {
            WriteField("added", added);
        }

        WriteField("user", credits.UserId);
        WriteField("balance", CliText.Count(credits.Balance, "credit"));
        WriteField("held", $"{CliText.Count(credits.Held, "credit")} for running tasks");
        WriteField("available", CliText.Count(credits.Available, "credit"));
        WriteField("price", $"{CliText.Count(credits.CreditsPerImage, "credit")} an image");
        WriteField("enough for", credits.CreditsPerImage == 0
            ? "any number of images"
            : CliText.Count(credits.Available / credits.CreditsPerImage, "image"));

        void WriteField(string name, string value) => environment.WriteField(name, value);
    }

    private static void DemandName(ArgumentResult result)
    {
        if (result.Tokens is [{ Value: var user }] && !ScenarioApiClient.CanName(user))
        {
            result.AddError($"USER cannot be '{user}', as it cannot be part of a URL.");
        }
    }

    private static int? ParseGrant(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (int.TryParse(text, CultureInfo.InvariantCulture, out var credits) && credits is >= 1 and <= MaxGrant)
        {
            return credits;
        }

        result.AddError($"--grant takes a whole number from 1 to {MaxGrant}, not '{text}'.");
        return null;
    }
}
