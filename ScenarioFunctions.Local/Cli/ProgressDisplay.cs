using ScenarioFunctions.Api;
using ScenarioFunctions.Core;
using Spectre.Console;

namespace ScenarioFunctions.Local.Cli;

/// <summary>Shows a task's progress: a bar in a terminal, otherwise a line for each new message.</summary>
internal static class ProgressDisplay
{
    /// <param name="console">The output.</param>
    /// <param name="follow">Calls its argument with the task after every change.</param>
    public static Task<T> ShowAsync<T>(IAnsiConsole console, Func<Action<TaskResource>, Task<T>> follow) =>
        console.Profile.Capabilities is { Interactive: true, Ansi: true }
            ? ShowBarAsync(console, follow)
            : ShowLinesAsync(console, follow);

    private static Task<T> ShowBarAsync<T>(IAnsiConsole console, Func<Action<TaskResource>, Task<T>> follow) =>
        console.Progress()
            .Columns(
                new SpinnerColumn(),
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn { Width = 30 },
                new PercentageColumn())
            .StartAsync(context =>
            {
                var bar = context.AddTask("Starting");
                return follow(task =>
                {
                    bar.Description = Markup.Escape(PlainText.OneLine(task.Message));
                    bar.Value = task.Progress;
                });
            });

    private static Task<T> ShowLinesAsync<T>(IAnsiConsole console, Func<Action<TaskResource>, Task<T>> follow)
    {
        string? shown = null;
        return follow(task =>
        {
            if (task.Message != shown)
            {
                shown = task.Message;
                console.Profile.Out.Writer.WriteLine($"{task.Progress,3}%  {PlainText.OneLine(task.Message)}");
            }
        });
    }
}
