using System.CommandLine;
using System.Globalization;
using ScenarioFunctions.Local.Backup;

namespace ScenarioFunctions.Local.Cli;

/// <summary>The commands <c>backup FILE</c> and <c>restore FILE</c>. Both work on the data folder itself and need no server.</summary>
internal static class BackupCommands
{
    public static Command Backup(CliEnvironment environment)
    {
        var file = new Argument<string>("FILE") { Description = "The file to write, such as backup.tar." };
        var force = new Option<bool>("--force") { Description = "Replace the file if it exists." };
        var command = new Command("backup", "Copy all data, images included, to one file, also while a server runs.") { file, force };
        command.SetAction((parsed, _) => RunAsync(environment, stop => BackupAsync(
            environment, Full(environment, parsed.GetRequiredValue(file)), parsed.GetValue(force), stop)));
        return command;
    }

    public static Command Restore(CliEnvironment environment)
    {
        var file = new Argument<string>("FILE") { Description = "The file that `backup` wrote." };
        var force = new Option<bool>("--force")
        {
            Description = "Restore to a data folder that is not empty. What is there is kept in a folder in it.",
        };
        var command = new Command("restore", "Put the data of a backup into the data folder. Stop its server first.") { file, force };
        command.SetAction((parsed, _) => RunAsync(environment, stop => RestoreAsync(
            environment, Full(environment, parsed.GetRequiredValue(file)), parsed.GetValue(force), stop)));
        return command;
    }

    private static string Full(CliEnvironment environment, string file) => Path.GetFullPath(file, environment.WorkingDirectory);

    private static async Task<int> RunAsync(CliEnvironment environment, Func<CancellationToken, Task> work)
    {
        using var interrupts = environment.WatchInterrupts();
        try
        {
            await work(interrupts.Requested);
            return ExitCodes.Completed;
        }
        catch (OperationCanceledException) when (interrupts.Requested.IsCancellationRequested)
        {
            environment.Tell("Cancelled; nothing was changed.");
            return ExitCodes.Cancelled;
        }
        catch (BackupException exception)
        {
            throw new CliException(exception.IsBadInput ? ExitCodes.BadInput : ExitCodes.Failed, exception.Message, exception);
        }
    }

    private static async Task BackupAsync(CliEnvironment environment, string file, bool force, CancellationToken stop)
    {
        var report = await DataBackup.MakeAsync(environment.DataFolder, file, force, environment.Time, stop);
        var size = (report.Bytes / (1024.0 * 1024)).ToString("0.0", CultureInfo.InvariantCulture);
        environment.Write(
            $"Backed up to {file}: {CliText.Count(report.Tasks, "task")} ({report.UnfinishedTasks} not finished) and "
            + $"{CliText.Count(report.Images, "image")}, {size} MiB. It was read again and is whole.");
        if (report.LostImages > 0)
        {
            environment.Tell($"{CliText.Count(report.LostImages, "image")} in the database had no file in the data folder.");
        }
    }

    private static async Task RestoreAsync(CliEnvironment environment, string file, bool force, CancellationToken stop)
    {
        var report = await DataRestore.RunAsync(file, environment.DataFolder, force, environment.Time, stop);
        var madeAt = report.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
        environment.Write(
            $"Restored to {environment.DataFolder}: {CliText.Count(report.Tasks, "task")} as of {madeAt}. "
            + $"The next start continues {report.UnfinishedTasks}.");
        if (report.Before is { } before)
        {
            environment.Write($"What was there before is in {before}. Delete it when you no longer need it.");
        }

        if (report.KeptImages > 0)
        {
            environment.Write($"{CliText.Count(report.KeptImages, "image")} in the folder were newer than the backup and are used.");
        }

        if (report.UnfinishedTasks > 0)
        {
            environment.Write("Images that were ordered after the backup and are not in the folder are ordered again, and cost money again.");
        }

        if (report.NewerImages > 0)
        {
            environment.Write("Some images are newer than the database, so the next start has to be confirmed, once:");
            environment.WriteCommand("--confirm-restore");
        }
    }
}
