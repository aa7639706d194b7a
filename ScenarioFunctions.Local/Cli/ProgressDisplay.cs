using ScenarioFunctions.Api;
using ScenarioFunctions.Core;
using ScenarioFunctions.Core.Steps;
using Spectre.Console;

namespace ScenarioFunctions.Local.Cli;

/// <summary>
/// Shows the progress of tasks: a bar for each in a terminal; otherwise, on standard error, a line for each new message.
/// </summary>
internal static class ProgressDisplay
{
    private const int BarWidth = 30;

    /// <summary>In a narrower terminal, there is no room for a bar beside the message.</summary>
    private const int WidthForBar = 72;

    /// <param name="environment">The output.</param>
    /// <param name="names">What each task is called; empty for a single one.</param>
    /// <param name="follow">Calls its argument with the number of a task, from 0, and the task, after every change.</param>
    public static Task ShowAsync(
        CliEnvironment environment, IReadOnlyList<string> names, Func<Action<int, TaskResource>, Task> follow) =>
        environment.Console.Profile.Capabilities is { Interactive: true, Ansi: true }
            ? ShowBarsAsync(environment.Console, names, follow)
            : ShowLinesAsync(environment.Error, names, follow);

    private static Task ShowBarsAsync(
        IAnsiConsole console, IReadOnlyList<string> names, Func<Action<int, TaskResource>, Task> follow)
    {
        var hasBar = console.Profile.Width >= WidthForBar;
        List<ProgressColumn> columns = [new SpinnerColumn(), new TaskDescriptionColumn { Alignment = Justify.Left }];
        if (hasBar)
        {
            columns.AddRange([new ProgressBarColumn { Width = BarWidth }, new PercentageColumn()]);
        }

        return console.Progress().Columns([.. columns]).StartAsync(context =>
        {
            var bars = names.Select(name => context.AddTask(Markup.Escape(Label(name) + "Starting"))).ToList();
            return follow((number, task) =>
            {
                // A column of its own for the percentage would take the room from the message, which would then be broken.
                var percentage = hasBar ? "" : $"{task.Progress}% ";
                var waits = hasBar ? Waits(task) : "";
                bars[number].Description = Markup.Escape(percentage + Label(names[number]) + PlainText.OneLine(task.Message) + waits);
                bars[number].Value = task.Progress;
            });
        });
    }

    private static Task ShowLinesAsync(TextWriter output, IReadOnlyList<string> names, Func<Action<int, TaskResource>, Task> follow)
    {
        var shown = new string?[names.Count];
        return follow((number, task) =>
        {
            if (task.Message != shown[number])
            {
                shown[number] = task.Message;
                output.WriteLine($"{task.Progress,3}%  {Label(names[number])}{PlainText.OneLine(task.Message)}");
            }
        });
    }

    /// <summary>How many images wait for their turn, and where the first of them is.</summary>
    private static string Waits(TaskResource task)
    {
        var places = task.Scenes.Where(scene => scene.Waiting?.For == WaitingFor.Queued).Select(scene => scene.Waiting!.Place).ToList();
        return places.Count == 0 ? "" : $", {places.Count} queued from place {places.Min()}";
    }

    private static string Label(string name) => name.Length == 0 ? "" : $"{PlainText.OneLine(name)}: ";
}
