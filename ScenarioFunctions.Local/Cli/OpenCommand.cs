using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;

namespace ScenarioFunctions.Local.Cli;

/// <summary>The command <c>open [TASK]</c>.</summary>
internal static class OpenCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var task = TaskCommands.TaskArgument();
        task.Arity = ArgumentArity.ZeroOrOne;
        var command = new Command("open", "Open the studio of the running server in a browser, at a task if one is given.") { task };
        command.SetAction((parsed, _) => ServerLink.UseAsync(environment, ServerUse.Look, (link, interrupted) =>
            RunAsync(environment, link, parsed.GetValue(task), interrupted)));
        return command;
    }

    private static async Task<int> RunAsync(CliEnvironment environment, ServerLink link, string? taskId, CancellationToken interrupted)
    {
        if (link.IsForCommand)
        {
            throw new CliException(
                ExitCodes.Failed,
                $"No server is running with the data folder {environment.DataFolder}, so there is no studio to open. Start one: "
                + CliHelp.Server);
        }

        if (taskId is not null)
        {
            await TaskCommands.ReadAsync(link, taskId, interrupted); // says so when there is no such task
        }

        var url = link.StudioOf(taskId);
        environment.Write(url);
        if (!environment.OpenBrowser(url))
        {
            environment.Tell("No browser could be started here. Open the link yourself.");
        }

        return ExitCodes.Completed;
    }
}

/// <summary>Starts the user's browser.</summary>
internal static class Browser
{
    /// <returns>Whether a program was started. On Linux it is <c>$BROWSER</c> or xdg-open.</returns>
    public static bool Open(string url)
    {
        var start = (OperatingSystem.IsWindows(), OperatingSystem.IsMacOS()) switch
        {
            (true, _) => new ProcessStartInfo(url) { UseShellExecute = true },
            (_, true) => new ProcessStartInfo("open", [url]),
            _ => new ProcessStartInfo(Environment.GetEnvironmentVariable("BROWSER") is { Length: > 0 } browser ? browser : "xdg-open", [url]),
        };
        try
        {
            using var process = Process.Start(start);
            return true;
        }
        catch (Exception exception) when (exception is Win32Exception or InvalidOperationException)
        {
            return false;
        }
    }
}
