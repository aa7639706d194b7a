using ScenarioFunctions.Api;
using ScenarioFunctions.Core;

namespace ScenarioFunctions.Local.Cli;

/// <summary>One run of <c>save</c>: posts the scenarios, follows their tasks, and shows the results.</summary>
internal sealed class SaveRun(CliEnvironment environment, SaveOptions options)
{
    private readonly TaskOutput output = new(environment, options.Result);

    /// <summary>Whether there are several files, or there may be next time.</summary>
    private bool IsMany => options.Paths.Count > 1 || Directory.Exists(Path.GetFullPath(options.Paths[0], environment.WorkingDirectory));

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync()
    {
        var files = await ScenarioFiles.ReadAsync(environment, options.Paths);
        if (options.Short is not null && files.Count > 1)
        {
            throw new CliException(ExitCodes.BadInput, $"--short names one scenario, and there are {files.Count}. Leave it out: each gets its file's name.");
        }

        var requests = files.Select(file => ScenarioRequest.Create(file, options.User, options.Short)).ToList();
        if (!options.DryRun)
        {
            output.OpenFolder();
        }

        return await ServerLink.UseAsync(
            environment,
            options.DryRun ? ServerUse.Look : ServerUse.Work,
            (link, interrupted) => options.DryRun ? PlanAsync(link, requests, interrupted) : SaveAsync(link, requests, interrupted));
    }

    private async Task<int> PlanAsync(ServerLink link, List<ScenarioRequest> requests, CancellationToken interrupted)
    {
        var plans = await FindPlansAsync(link, requests, interrupted);
        return new PlanOutput(environment, options.Result, IsMany).Write([.. requests.Zip(plans)]);
    }

    private async Task<int> SaveAsync(ServerLink link, List<ScenarioRequest> requests, CancellationToken interrupted)
    {
        if (requests.Count > 1)
        {
            await FindPlansAsync(link, requests, interrupted); // so that a fault in the last file is told before the first costs money
        }

        var before = await FindCreditsAsync(link, requests, interrupted);
        var follower = new TaskFollower(environment, link);
        var (started, refused) = await StartAsync(link, requests, follower, interrupted);
        if (started.Count == 0)
        {
            interrupted.ThrowIfCancellationRequested();
            return refused;
        }

        await output.ReportEmulatorAsync(link);
        await output.FollowAsync(follower, [.. started.Select(request => requests.Count > 1 ? request.File.Name : "")], interrupted);
        var after = await FindCreditsAsync(link, requests, CancellationToken.None);
        var readings = follower.Tasks.Select(task => task.Last!).ToList();
        var folders = requests.Count > 1 ? started.Select(request => request.ShortId ?? request.File.Name) : [];
        var exitCode = output.Report(link, readings, [.. folders], IsMany, after);
        output.WriteCredits(before, after, readings);
        return ExitCodes.Worst([refused, exitCode]);
    }

    private async Task<IReadOnlyList<CreditsResource>> FindCreditsAsync(
        ServerLink link, List<ScenarioRequest> requests, CancellationToken cancellationToken)
    {
        var credits = new List<CreditsResource>();
        foreach (var user in requests.Select(request => request.UserId).Distinct())
        {
            if (await output.FindCreditsAsync(link, user, cancellationToken) is { } found)
            {
                credits.Add(found);
            }
        }

        return credits;
    }

    /// <summary>Starts the tasks one after the other, until Ctrl+C. One that is refused does not stop the others.</summary>
    private async Task<(List<ScenarioRequest> Started, int ExitCode)> StartAsync(
        ServerLink link, List<ScenarioRequest> requests, TaskFollower follower, CancellationToken interrupted)
    {
        var started = new List<ScenarioRequest>();
        var exitCode = ExitCodes.Completed;
        foreach (var request in requests)
        {
            try
            {
                await ReportEarlierAsync(link, request, interrupted);
                interrupted.ThrowIfCancellationRequested();
                var (taskId, adjustments) = await StartAsync(link, request);
                ReportAdjustments(request, adjustments);
                output.Started(link, taskId);
                follower.Add(taskId);
                started.Add(request);
            }
            catch (CliException refused) when (requests.Count > 1)
            {
                environment.Tell(refused.Message);
                exitCode = ExitCodes.Worst([exitCode, refused.ExitCode]);
            }
            catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
            {
                break; // what was started is cancelled
            }
        }

        return (started, exitCode);
    }

    /// <summary>
    /// Not interrupted by Ctrl+C: a task with an unknown id could not be cancelled. If the server belongs to another command and is
    /// just stopping, the next server gets the same request with the same key.
    /// </summary>
    private async Task<StartedTask> StartAsync(ServerLink link, ScenarioRequest request)
    {
        var key = $"{Guid.NewGuid()}";
        try
        {
            return await link.AskAsync(
                api => api.StartAsync(request.Json, key, CancellationToken.None), CancellationToken.None);
        }
        catch (ApiProblemException problem)
        {
            throw Refused(request, problem);
        }
    }

    /// <exception cref="CliException">A file is refused: says so of each.</exception>
    private async Task<IReadOnlyList<ApiAnswer<DryRunResource>>> FindPlansAsync(
        ServerLink link, List<ScenarioRequest> requests, CancellationToken interrupted)
    {
        var plans = new List<ApiAnswer<DryRunResource>>();
        var faults = new List<CliException>();
        foreach (var request in requests)
        {
            try
            {
                plans.Add(await link.AskAsync(api => api.PlanAsync(request.Json, interrupted), interrupted));
            }
            catch (ApiProblemException problem)
            {
                faults.Add(Refused(request, problem));
            }
        }

        return faults.Count == 0
            ? plans
            : throw new CliException(faults.Max(fault => fault.ExitCode), string.Join(Environment.NewLine, faults.Select(fault => fault.Message)));
    }

    private CliException Refused(ScenarioRequest request, ApiProblemException problem)
    {
        var name = IsMany ? $"{request.File.Name}: " : "";
        return new CliException(problem.ExitCode, name + problem.Explain(request.Place), problem);
    }

    private void ReportAdjustments(ScenarioRequest request, IReadOnlyList<string>? adjustments)
    {
        foreach (var adjustment in request.File.Adjustments.Union(adjustments ?? []))
        {
            environment.Tell($"Note: {(IsMany ? $"{request.File.Name}: " : "")}{PlainText.OneLine(adjustment)}");
        }
    }

    /// <summary>Saving again keeps what was saved before, and buys its images once more: perhaps that is not what is meant.</summary>
    private async Task ReportEarlierAsync(ServerLink link, ScenarioRequest request, CancellationToken cancellationToken)
    {
        if (request is not { ShortId: { Length: > 0 } shortId, UserId: { Length: > 0 } userId })
        {
            return;
        }

        try
        {
            var list = await link.AskAsync(api => api.ListScenariosAsync(shortId, userId, cancellationToken), cancellationToken);
            if (list.Value.Scenarios is [var earlier, ..])
            {
                environment.Tell(
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
