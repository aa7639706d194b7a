using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace ScenarioFunctions.Local.Cli;

/// <summary>The command <c>credits USER [--grant N]</c>.</summary>
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
        var command = new Command("credits", "Show a user's credits, how many of them are held for running tasks, and how many images the rest pays for; or add credits.")
        {
            user, grant,
        };
        command.SetAction((parsed, _) =>
            RunAsync(environment, parsed.GetRequiredValue(user), parsed.GetValue(grant)));
        return command;
    }

    /// <param name="environment">The server, and the output.</param>
    /// <param name="userId">The user.</param>
    /// <param name="grant">Credits to add; null only shows the balance.</param>
    /// <returns>The exit code.</returns>
    private static async Task<int> RunAsync(CliEnvironment environment, string userId, int? grant)
    {
        using var interrupts = environment.WatchInterrupts();
        try
        {
            await using var link = await ServerLink.OpenAsync(environment, interrupts.Requested);
            var credits = await link.AskAsync(
                api => api.ReadCreditsAsync(userId, interrupts.Requested), interrupts.Requested);
            if (grant is { } more)
            {
                var before = credits.Balance;
                var key = $"{Guid.NewGuid()}"; // a grant whose answer is lost is sent again, and added once
                credits = await link.AskAsync(
                    api => api.GrantCreditsAsync(userId, more, key, interrupts.Requested), interrupts.Requested);
                Write("added", $"{more}, on top of {before}");
            }

            Write("user", credits.UserId);
            Write("balance", CliText.Count(credits.Balance, "credit"));
            Write("held", $"{CliText.Count(credits.Held, "credit")} for running tasks");
            Write("available", CliText.Count(credits.Available, "credit"));
            Write("price", $"{CliText.Count(credits.CreditsPerImage, "credit")} an image");
            Write("enough for", credits.CreditsPerImage == 0
                ? "any number of images"
                : CliText.Count(credits.Available / credits.CreditsPerImage, "image"));
            return ExitCodes.Completed;
        }
        catch (OperationCanceledException) when (interrupts.Requested.IsCancellationRequested)
        {
            return ExitCodes.Cancelled;
        }

        void Write(string name, string value) => environment.Console.Profile.Out.Writer.WriteLine($"{name,-12}{value}");
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
