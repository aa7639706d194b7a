using ScenarioFunctions.Api;
using ScenarioFunctions.Core;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Local.Cli;

/// <summary>Follows the tasks of a command and shows their results.</summary>
internal sealed class TaskOutput(CliEnvironment environment, ResultSettings settings)
{
    public const string PracticeNotice = "The emulator makes the images; nothing is billed.";

    /// <summary>Where images are copied; null without <c>--out</c>.</summary>
    private ImageCopies? folder;

    /// <summary>Makes the folder of <c>--out</c>, before anything is paid for.</summary>
    public void OpenFolder() => folder = ImageCopies.Open(environment, settings.Out);

    /// <summary>Tells the task's id and link, as soon as it has started.</summary>
    public void Started(ServerLink link, string taskId)
    {
        if (!settings.Json)
        {
            environment.Write($"Task {taskId}");
            environment.Write($"  {link.StudioOf(taskId)}");
        }
    }

    /// <summary>Tells that the emulator makes the images, if it does.</summary>
    public async Task ReportEmulatorAsync(ServerLink link)
    {
        if (!settings.Json && await link.AskAsync(api => api.UsesEmulatorAsync(CancellationToken.None), CancellationToken.None))
        {
            environment.Write(PracticeNotice);
        }
    }

    /// <summary>Waits until the task has ended; an interrupt cancels it.</summary>
    public async Task<TaskReading> FollowAsync(ServerLink link, string taskId, CancellationToken interrupted)
    {
        var follower = new TaskFollower(environment, link);
        follower.Add(taskId);
        await FollowAsync(follower, [""], interrupted);
        return follower.Tasks[0].Last!;
    }

    /// <summary>Waits until all tasks have ended; an interrupt cancels them.</summary>
    /// <param name="follower">Has the tasks.</param>
    /// <param name="names">What each is called.</param>
    /// <param name="interrupted">Ctrl+C.</param>
    public async Task FollowAsync(TaskFollower follower, IReadOnlyList<string> names, CancellationToken interrupted)
    {
        try
        {
            try
            {
                await WatchAsync(follower, names, interrupted);
            }
            catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
            {
                environment.Tell("Cancelling. Waiting until running images have stopped; press Ctrl+C again to leave at once.");
                await follower.CancelAsync();
            }
        }
        catch (Exception exception) when (exception is ServerUnreachableException or ApiProblemException)
        {
            var open = follower.Tasks.Where(task => task.Last?.Task.Status.IsFinal() != true).Select(task => task.TaskId).ToList();
            var started = open.Count == 1 ? $"Task {open[0]} was started. It continues" : $"Tasks {string.Join(", ", open)} were started. They continue";
            throw new CliException(
                ExitCodes.Failed,
                $"{exception.Message}{Environment.NewLine}{started} as soon as a server runs on this data folder.",
                exception);
        }
    }

    /// <summary>Shows progress until all tasks have ended.</summary>
    /// <param name="follower">Has the tasks.</param>
    /// <param name="names">What each is called.</param>
    /// <param name="interrupted">Ends it, not the tasks.</param>
    public Task WatchAsync(TaskFollower follower, IReadOnlyList<string> names, CancellationToken interrupted) => settings.Json
        ? follower.UntilEndedAsync((_, _) => { }, interrupted)
        : ProgressDisplay.ShowAsync(environment, names, changed => follower.UntilEndedAsync(changed, interrupted));

    /// <returns>Null when the credits are not shown, or the user id is invalid: then the answer to the request says so.</returns>
    public async Task<CreditsResource?> FindCreditsAsync(
        ServerLink link, string? userId, CancellationToken cancellationToken)
    {
        if (settings.Json || string.IsNullOrEmpty(userId))
        {
            return null;
        }

        try
        {
            return (await link.AskAsync(api => api.ReadCreditsAsync(userId, cancellationToken), cancellationToken)).Value;
        }
        catch (ApiProblemException problem) when (problem.ExitCode == ExitCodes.BadInput)
        {
            return null;
        }
    }

    /// <inheritdoc cref="Report(ServerLink, IReadOnlyList{TaskReading}, IReadOnlyList{string}, bool, IReadOnlyList{CreditsResource})"/>
    public int Report(ServerLink link, TaskReading reading, params IReadOnlyList<CreditsResource> credits) =>
        Report(link, [reading], [], false, credits);

    /// <summary>Copies the images, if asked to, and shows the results.</summary>
    /// <param name="link">The server.</param>
    /// <param name="readings">The tasks.</param>
    /// <param name="folders">Names of folders in the one of <c>--out</c>, for the images of each task; empty for a single task.</param>
    /// <param name="isMany">Whether JSON is an array.</param>
    /// <param name="credits">Of the users, now.</param>
    /// <returns>The exit code.</returns>
    public int Report(
        ServerLink link,
        IReadOnlyList<TaskReading> readings,
        IReadOnlyList<string> folders,
        bool isMany,
        IReadOnlyList<CreditsResource> credits)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var exitCodes = new List<int>();
        var images = new ImageLocator(environment.DataFolder, environment.WorkingDirectory, link.Address);
        foreach (var (number, task) in readings.Select((reading, number) => (number, reading.Task)))
        {
            CliException? fault = null;
            try
            {
                images.Copies = (folders.Count > 0 ? folder?.In(folders[number], taken) : folder)?.Copy(task, images.FileOf);
            }
            catch (CliException notCopied)
            {
                (fault, images.Copies) = (notCopied, null);
            }

            if (!settings.Json)
            {
                new TaskReport(environment, link, images).Write(task, credits.FirstOrDefault(user => user.UserId == task.Metadata.UserId));
            }

            if (fault is not null)
            {
                environment.Tell(fault.Message);
                exitCodes.Add(fault.ExitCode);
            }

            if (task.Error is { } error)
            {
                environment.Tell($"The task failed: {PlainText.OneLine(error.Message)} ({error.Code})");
            }

            exitCodes.Add(ExitCode(task));
        }

        if (settings.Json)
        {
            JsonOutput.Print(environment, [.. readings.Select(reading => reading.Json)], isMany);
        }

        return ExitCodes.Worst(exitCodes);
    }

    /// <summary>Copies the images, if asked to, and shows a task in any state.</summary>
    /// <returns>The exit code: showing a task that failed is no failure.</returns>
    public int Show(ServerLink link, TaskReading reading)
    {
        var images = new ImageLocator(environment.DataFolder, environment.WorkingDirectory, link.Address);
        images.Copies = folder?.Copy(reading.Task, images.FileOf);
        if (settings.Json)
        {
            JsonOutput.Print(environment, reading.Json);
        }
        else
        {
            new TaskReport(environment, link, images).WriteDetails(reading.Task);
        }

        return settings.Strict && reading.Task.Scenes.Any(IsMissing) ? ExitCodes.ImagesMissing : ExitCodes.Completed;
    }

    /// <summary>Tells what was charged. Counted from the images, as the users may have spent or received other credits meanwhile.</summary>
    public void WriteCredits(IReadOnlyList<CreditsResource> before, IReadOnlyList<CreditsResource> after, IReadOnlyList<TaskReading> readings)
    {
        foreach (var (was, now) in before.Join(after, user => user.UserId, user => user.UserId, (was, now) => (was, now)))
        {
            var charged = readings.Select(reading => reading.Task)
                .Where(task => task.Metadata.UserId == was.UserId)
                .Sum(task => task.Result?.CreditsCharged
                    ?? (task.Scenes.Count(scene => scene.Status == SceneStatus.Completed) * was.CreditsPerImage));
            environment.Write($"Credits of {was.UserId}: {was.Balance} before, {now.Balance} after; {charged} charged.");
        }
    }

    private int ExitCode(TaskResource task) => task.Status switch
    {
        TaskState.Completed => settings.Strict && task.Scenes.Any(IsMissing) ? ExitCodes.ImagesMissing : ExitCodes.Completed,
        TaskState.Failed => ExitCodes.Failed,
        _ => ExitCodes.Cancelled,
    };

    private static bool IsMissing(SceneResource scene) =>
        scene.Status != SceneStatus.Completed && scene.Reason != SceneReason.FirstScene;
}
