using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ScenarioFunctions.Api;
using ScenarioFunctions.Core;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Local.Cli;

/// <summary>One run of <c>save</c>: posts the scenario, follows its task, and shows the result.</summary>
internal sealed class SaveRun(CliEnvironment environment, SaveOptions options)
{
    private static readonly JsonWriterOptions Readable =
        new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync()
    {
        var (json, adjustments) = await ScenarioFile.ReadAsync(environment, options.File);
        var request = ScenarioRequest.Create(json, options);
        using var interrupts = environment.WatchInterrupts();
        try
        {
            await using var link = await ServerLink.OpenAsync(environment, interrupts.Requested);
            var before = await FindCreditsAsync(link, request.UserId, interrupts.Requested);
            var reading = await SaveAsync(link, request, adjustments, interrupts.Requested);
            var after = before is null ? null : await FindCreditsAsync(link, request.UserId, CancellationToken.None);
            Report(link, reading, before, after);
            return ExitCode(reading.Task.Status);
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

        try
        {
            return await FollowAsync(new TaskFollower(environment, link, taskId), interrupted);
        }
        catch (Exception exception) when (exception is ServerUnreachableException or ApiProblemException)
        {
            throw new CliException(
                ExitCodes.Failed,
                $"{exception.Message}{Environment.NewLine}Task {taskId} was started. It continues as soon as a server runs on this data folder.",
                exception);
        }
    }

    private async Task<TaskReading> FollowAsync(TaskFollower follower, CancellationToken interrupted)
    {
        try
        {
            return options.Json
                ? await follower.UntilEndedAsync(_ => { }, interrupted)
                : await ProgressDisplay.ShowAsync(
                    environment.Console, changed => follower.UntilEndedAsync(changed, interrupted));
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            environment.Error.WriteLine("Cancelling. Waiting until running images have stopped; press Ctrl+C again to leave at once.");
            return await follower.CancelAsync();
        }
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

    /// <returns>Null when the credits are not shown, or the user id is invalid: then the answer to the request says so.</returns>
    private async Task<CreditsResource?> FindCreditsAsync(
        ServerLink link, string? userId, CancellationToken cancellationToken)
    {
        if (options.Json || string.IsNullOrEmpty(userId))
        {
            return null;
        }

        try
        {
            return await link.AskAsync(api => api.ReadCreditsAsync(userId, cancellationToken), cancellationToken);
        }
        catch (ApiProblemException problem) when (problem.ExitCode == ExitCodes.BadInput)
        {
            return null;
        }
    }

    private void Report(ServerLink link, TaskReading reading, CreditsResource? before, CreditsResource? after)
    {
        if (options.Json)
        {
            PrintJson(reading.Json);
        }
        else
        {
            var images = new ImageLocator(environment.DataFolder, environment.WorkingDirectory, link.Address);
            new TaskReport(environment.Console, images).Write(reading.Task, before, after);
        }

        if (reading.Task.Error is { } error)
        {
            environment.Error.WriteLine($"The task failed: {PlainText.OneLine(error.Message)} ({error.Code})");
        }
    }

    private void PrintJson(string json)
    {
        using var document = JsonDocument.Parse(json);
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            document.WriteTo(writer);
        }

        // Not through the console, which would break long lines.
        environment.Console.Profile.Out.Writer.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
    }

    private static int ExitCode(TaskState state) => state switch
    {
        TaskState.Completed => ExitCodes.Completed,
        TaskState.Failed => ExitCodes.Failed,
        _ => ExitCodes.Cancelled,
    };
}
