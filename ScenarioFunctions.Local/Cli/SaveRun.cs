using ScenarioFunctions.Core;

namespace ScenarioFunctions.Local.Cli;

/// <summary>One run of <c>save</c>: posts the scenario, follows its task, and shows the result.</summary>
internal sealed class SaveRun(CliEnvironment environment, SaveOptions options)
{
    private readonly TaskOutput output = new(environment, options.Json);

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync()
    {
        var (json, adjustments) = await ScenarioFile.ReadAsync(environment, options.File);
        var request = ScenarioRequest.Create(json, options);
        using var interrupts = environment.WatchInterrupts();
        try
        {
            await using var link = await ServerLink.OpenAsync(environment, interrupts.Requested);
            await TellOfEarlierAsync(link, request, interrupts.Requested);
            var before = await output.FindCreditsAsync(link, request.UserId, interrupts.Requested);
            var reading = await SaveAsync(link, request, adjustments, interrupts.Requested);
            var after = before is null ? null : await output.FindCreditsAsync(link, request.UserId, CancellationToken.None);
            return output.Report(link, reading, before, after);
        }
        catch (OperationCanceledException) when (interrupts.Requested.IsCancellationRequested)
        {
            throw new CliException(ExitCodes.Cancelled, "Cancelled before anything was started.");
        }
    }

    private async Task<TaskReading> SaveAsync(
        ServerLink link, ScenarioRequest request, IReadOnlyList<string> adjustments, CancellationToken interrupted)
    {
        interrupted.ThrowIfCancellationRequested();
        var (taskId, more) = await StartAsync(link, request);
        foreach (var adjustment in adjustments.Union(more ?? []))
        {
            environment.Error.WriteLine($"Note: {PlainText.OneLine(adjustment)}");
        }

        return await output.FollowAsync(link, taskId, interrupted);
    }

    /// <summary>
    /// Not interrupted by Ctrl+C: a task with an unknown id could not be cancelled. If the server belongs to another command and is
    /// just stopping, the next server gets the same request with the same key.
    /// </summary>
    private static async Task<StartedTask> StartAsync(ServerLink link, ScenarioRequest request)
    {
        var key = $"{Guid.NewGuid()}";
        try
        {
            return await link.AskAsync(
                api => api.StartAsync(request.Json, key, CancellationToken.None), CancellationToken.None);
        }
        catch (ApiProblemException problem) when (problem.Errors.Count > 0)
        {
            throw new CliException(problem.ExitCode, problem.Explain(request.Place), problem);
        }
    }

    /// <summary>Saving again keeps what was saved before, and buys its images once more: perhaps that is not what is meant.</summary>
    private async Task TellOfEarlierAsync(ServerLink link, ScenarioRequest request, CancellationToken cancellationToken)
    {
        if (request is not { ShortId: { Length: > 0 } shortId, UserId: { Length: > 0 } userId })
        {
            return;
        }

        try
        {
            var list = await link.AskAsync(api => api.ListScenariosAsync(shortId, userId, cancellationToken), cancellationToken);
            if (list.Scenarios is [var earlier, ..])
            {
                environment.Error.WriteLine(
                    $"Note: the short {shortId} was saved before, as scenario {earlier.ScenarioId}; it is kept. To continue it, or to redo images of it: "
                    + $"{CliHelp.Program} redo {earlier.ScenarioId}");
            }
        }
        catch (ApiProblemException)
        {
            // The answer to the request says what is wrong, also with its ids.
        }
    }
}
