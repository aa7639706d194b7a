using System.Globalization;
using ScenarioFunctions.Api;
using ScenarioFunctions.Core;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Local.Cli;

/// <summary>Shows the result of a task to a person.</summary>
internal sealed class TaskReport(CliEnvironment environment, ServerLink link, ImageLocator images)
{
    /// <summary>Shows a task as it is now, in whichever state.</summary>
    public void WriteDetails(TaskResource task)
    {
        var started = DateTimeOffset.Parse(task.CreatedAt, CultureInfo.InvariantCulture);
        environment.Write(PlainText.OneLine(task.Metadata.Title));
        environment.WriteField("status", task.Status.IsFinal()
            ? EnumNames.Of(task.Status)
            : $"{EnumNames.Of(task.Status)}, {task.Progress}%: {PlainText.OneLine(task.Message)}");
        environment.WriteField("user", $"{task.Metadata.UserId}, short {task.Metadata.ShortId}");
        environment.WriteField("started", Started(task, started));
        environment.WriteField("task", task.TaskId);
        if (task.Metadata.ScenarioId is { } scenario)
        {
            environment.WriteField("scenario", $"{scenario}");
        }

        environment.WriteField("studio", link.StudioOf(task.TaskId));
        WriteScenes(task);
        if (TaskTimeline.Of(task) is { Count: > 0 } lines)
        {
            environment.Write("What happened, in UTC:");
            foreach (var line in lines)
            {
                environment.Write($"  {line}");
            }
        }

        if (task.Error is { } error)
        {
            environment.Write($"Failed: {PlainText.OneLine(error.Message)} ({error.Code})");
        }

        WriteAdvice(task, null);
        if (!task.Status.IsFinal() && link.IsForCommand)
        {
            environment.Write("No server is running, so it waits. It continues with the next server, or with `watch`.");
        }
    }

    /// <summary>Shows the result of a command.</summary>
    /// <param name="task">Its current state.</param>
    /// <param name="credits">The user's credits now; null when unknown.</param>
    public void Write(TaskResource task, CreditsResource? credits)
    {
        WriteScenes(task);
        WriteOutcome(task, task.Scenes.Count(scene => scene.Status == SceneStatus.Completed));
        WriteAdvice(task, credits);
    }

    private void WriteScenes(TaskResource task)
    {
        if (task.Scenes.Count > 0)
        {
            new SceneTable(environment, images).Write(task.Scenes);
        }
    }

    private string Started(TaskResource task, DateTimeOffset started)
    {
        var time = started.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
        return task.CompletedAt is { } ended
            ? $"{time}, took {CliText.Duration(DateTimeOffset.Parse(ended, CultureInfo.InvariantCulture) - started)}"
            : $"{time}, {CliText.Duration(environment.Time.GetUtcNow() - started)} ago";
    }

    private void WriteOutcome(TaskResource task, int made)
    {
        var title = PlainText.OneLine(task.Metadata.Title);
        var madeText = $"{CliText.Count(made, "image")} made";
        switch (task.Status)
        {
            case TaskState.Completed:
                environment.Write(task.TaskType == TaskTypes.GenerateImages
                    ? $"Made again: {title}, {madeText}. Scenario {task.Metadata.ScenarioId}."
                    : $"Saved: {title}, {CliText.Count(task.Scenes.Count, "scene")}, {madeText}. "
                    + $"Scenario {task.Metadata.ScenarioId}.");
                break;
            case TaskState.Cancelled:
                environment.Write($"Cancelled: {title}. Kept: {madeText}. The other scenes cost nothing.");
                WriteUnsettled(task.Scenes);
                break;
            case TaskState.Failed:
                environment.Write($"Failed: {title}. Kept: {madeText}.");
                break;
            default:
                environment.Write($"Not cancelled yet: {title}. Task {task.TaskId} is {EnumNames.Of(task.Status)}.");
                break;
        }
    }

    private void WriteUnsettled(IReadOnlyList<SceneResource> scenes)
    {
        var open = Numbers(scenes.Where(scene => scene.Status == SceneStatus.Generating));
        if (open.Length > 0)
        {
            environment.Write($"Still stopping: {open}.");
        }
    }

    private void WriteAdvice(TaskResource task, CreditsResource? credits)
    {
        var isMissing = false;
        foreach (var group in task.Scenes.GroupBy(scene => scene.Reason))
        {
            if (group.Key is { } reason && SceneReasonTexts.Next(reason) is { } next)
            {
                isMissing = true;
                environment.Write($"No image for {Numbers(group)}: {SceneReasonTexts.Plain(reason)}. {next}");
                if (reason == SceneReason.InsufficientCredits && credits is not null)
                {
                    var missing = Math.Max(1, (group.Count() * credits.CreditsPerImage) - credits.Available);
                    environment.WriteCommand($"credits {credits.UserId} --grant {missing}");
                }
            }
        }

        if (isMissing && task.Metadata.ScenarioId is { } scenario)
        {
            environment.WriteCommand($"redo {scenario}");
        }
    }

    /// <summary>"scene 2", "scenes 2, 4-6".</summary>
    private static string Numbers(IEnumerable<SceneResource> scenes)
    {
        var numbers = scenes.Select(scene => scene.SceneNumber).Order().ToList();
        var runs = numbers
            .Select((number, index) => (number, run: number - index))
            .GroupBy(pair => pair.run, pair => pair.number)
            .Select(run => run.Count() == 1 ? $"{run.First()}" : $"{run.First()}-{run.Last()}");
        return numbers.Count == 0 ? "" : $"scene{(numbers.Count == 1 ? "" : "s")} {string.Join(", ", runs)}";
    }
}
