using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ScenarioFunctions.Api;
using ScenarioFunctions.Core;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Local.Cli;

/// <summary>Follows the task of a command and shows its result.</summary>
/// <param name="environment">The output.</param>
/// <param name="json">Print only the task, as the API's JSON.</param>
internal sealed class TaskOutput(CliEnvironment environment, bool json)
{
    private static readonly JsonWriterOptions Readable =
        new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Waits until the task has ended; an interrupt cancels it.</summary>
    public async Task<TaskReading> FollowAsync(ServerLink link, string taskId, CancellationToken interrupted)
    {
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

    /// <returns>Null when the credits are not shown, or the user id is invalid: then the answer to the request says so.</returns>
    public async Task<CreditsResource?> FindCreditsAsync(
        ServerLink link, string? userId, CancellationToken cancellationToken)
    {
        if (json || string.IsNullOrEmpty(userId))
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

    /// <summary>Shows the result.</summary>
    /// <returns>The exit code.</returns>
    public int Report(ServerLink link, TaskReading reading, CreditsResource? before, CreditsResource? after)
    {
        if (json)
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

        return ExitCode(reading.Task.Status);
    }

    private async Task<TaskReading> FollowAsync(TaskFollower follower, CancellationToken interrupted)
    {
        try
        {
            return json
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

    private void PrintJson(string text)
    {
        using var document = JsonDocument.Parse(text);
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
