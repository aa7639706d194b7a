namespace ScenarioFunctions.Local.Cli.Credits;

/// <summary>One run of <c>credits</c>.</summary>
internal sealed class CreditsRun(CliEnvironment environment)
{
    /// <param name="userId">Whose.</param>
    /// <param name="grant">Credits to add; null only shows them.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string userId, int? grant)
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
                credits = await link.Api.GrantCreditsAsync(userId, more, interrupts.Requested);
                Write("added", $"{more} to the {before} there were");
            }

            Write("user", credits.UserId);
            Write("balance", CliText.Count(credits.Balance, "credit"));
            Write("price", $"{CliText.Count(credits.CreditsPerImage, "credit")} an image");
            Write("enough for", credits.CreditsPerImage == 0
                ? "any number of images"
                : CliText.Count(credits.Balance / credits.CreditsPerImage, "image"));
            return ExitCodes.Completed;
        }
        catch (OperationCanceledException) when (interrupts.Requested.IsCancellationRequested)
        {
            return ExitCodes.Cancelled;
        }
    }

    private void Write(string name, string value) =>
        environment.Console.Profile.Out.Writer.WriteLine($"{name,-12}{value}");
}
