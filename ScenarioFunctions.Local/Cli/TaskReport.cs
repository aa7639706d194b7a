using ScenarioFunctions.Api;
using ScenarioFunctions.Core;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Tasks;
using Spectre.Console;

namespace ScenarioFunctions.Local.Cli;

/// <summary>Shows the result of a task to a person.</summary>
internal sealed class TaskReport(IAnsiConsole console, ImageLocator images)
{
    private readonly TextWriter output = console.Profile.Out.Writer;

    /// <param name="task">Its current state.</param>
    /// <param name="before">The user's credits before the task; null when unknown.</param>
    /// <param name="after">The user's credits now; null when unknown.</param>
    public void Write(TaskResource task, CreditsResource? before, CreditsResource? after)
    {
        if (task.Scenes.Count > 0)
        {
            new SceneTable(console, images).Write(task.Scenes);
        }

        var made = task.Scenes.Count(scene => scene.Status == SceneStatus.Completed);
        WriteOutcome(task, made);
        if (before is not null && after is not null)
        {
            // Counted from the images, as the user may have spent or received other credits meanwhile.
            var charged = task.Result?.CreditsCharged ?? made * before.CreditsPerImage;
            output.WriteLine(
                $"Credits of {before.UserId}: {before.Balance} before, {after.Balance} after; {charged} charged.");
        }

        WriteAdvice(task.Scenes, after ?? before);
    }

    private void WriteOutcome(TaskResource task, int made)
    {
        var title = PlainText.OneLine(task.Metadata.Title);
        var madeText = $"{CliText.Count(made, "image")} made";
        switch (task.Status)
        {
            case TaskState.Completed:
                output.WriteLine(task.TaskType == TaskTypes.GenerateImages
                    ? $"Made again: {title}, {madeText}. Scenario {task.Metadata.ScenarioId}."
                    : $"Saved: {title}, {CliText.Count(task.Scenes.Count, "scene")}, {madeText}. "
                    + $"Scenario {task.Metadata.ScenarioId}.");
                break;
            case TaskState.Cancelled:
                output.WriteLine($"Cancelled: {title}. Kept: {madeText}. The other scenes cost nothing.");
                WriteUnsettled(task.Scenes);
                break;
            case TaskState.Failed:
                output.WriteLine($"Failed: {title}. Kept: {madeText}.");
                break;
            default:
                output.WriteLine($"Not cancelled yet: {title}. Task {task.TaskId} is {EnumNames.Of(task.Status)}.");
                break;
        }
    }

    private void WriteUnsettled(IReadOnlyList<SceneResource> scenes)
    {
        var open = Numbers(scenes.Where(scene => scene.Status == SceneStatus.Generating));
        if (open.Length > 0)
        {
            output.WriteLine($"Still stopping: {open}.");
        }
    }

    private void WriteAdvice(IReadOnlyList<SceneResource> scenes, CreditsResource? credits)
    {
        foreach (var group in scenes.GroupBy(scene => scene.Reason))
        {
            if (group.Key is { } reason && SceneReasonTexts.Next(reason) is { } next)
            {
                output.WriteLine($"No image for {Numbers(group)}: {SceneReasonTexts.Plain(reason)}. {next}");
                if (reason == SceneReason.InsufficientCredits && credits is not null)
                {
                    var missing = Math.Max(1, (group.Count() * credits.CreditsPerImage) - credits.Available);
                    output.WriteLine($"  {CliHelp.Program} credits {credits.UserId} --grant {missing}");
                }
            }
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
