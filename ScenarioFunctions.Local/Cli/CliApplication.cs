using System.CommandLine;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Emulator;
using ScenarioFunctions.Local.Hosting;
using ScenarioFunctions.Local.Storage;

namespace ScenarioFunctions.Local.Cli;

/// <summary>The command line: each command, or, without one, the server.</summary>
internal static class CliApplication
{
    /// <summary>Runs the command that <paramref name="args"/> name.</summary>
    /// <returns>The exit code: see <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(string[] args, CliEnvironment environment)
    {
        var parsed = Root(environment).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (CommandLineFaults.Of(parsed) is { Count: > 0 } faults)
        {
            var command = parsed.CommandResult.Command;
            var help = command is RootCommand ? "--help" : $"{command.Name} --help";
            return Fail(environment, string.Join(Environment.NewLine, [.. faults, $"Help: {CliHelp.Program} {help}"]), ExitCodes.BadInput);
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                Output = environment.Console.Profile.Out.Writer,
                Error = environment.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null, // the server and the commands handle signals themselves
            });
        }
        catch (CliException exception)
        {
            return Fail(environment, exception.Message, exception.ExitCode);
        }
        catch (Exception exception) when (exception
            is SettingsException or DataDirectoryException or EmulatorDatabaseException or ServerStartException or ServerUnreachableException)
        {
            return Fail(environment, exception.Message, ExitCodes.Failed);
        }
        catch (ApiProblemException problem)
        {
            return Fail(environment, problem.Explain(), problem.ExitCode);
        }
        catch (Exception exception)
        {
            return Fail(environment, $"Unexpected error: {exception}", ExitCodes.Failed);
        }
    }

    private static RootCommand Root(CliEnvironment environment)
    {
        var root = new RootCommand(CliHelp.Description)
        {
            SaveCommand.Create(environment),
            RedoCommand.Create(environment),
            ListCommand.Create(environment),
            TaskCommands.Show(environment),
            TaskCommands.Watch(environment),
            TaskCommands.Cancel(environment),
            CreditsCommand.Create(environment),
            OpenCommand.Create(environment),
            DoctorCommand.Create(environment),
            BackupCommands.Backup(environment),
            BackupCommands.Restore(environment),
        };
        var confirmRestore = new Option<bool>("--confirm-restore")
        {
            Description = "Start with a database that is older than its images, because it was restored from a backup",
        };
        root.Options.Add(confirmRestore);
        root.SetAction((parsed, stopping) => environment.ServeAsync(parsed.GetValue(confirmRestore), stopping));
        CliHelp.AddExamples(root, environment);
        return root;
    }

    private static int Fail(CliEnvironment environment, string message, int exitCode)
    {
        environment.Tell(message);
        return exitCode;
    }
}

/// <summary>The exit codes of the process.</summary>
internal static class ExitCodes
{
    public const int Completed = 0;
    public const int Failed = 1;
    public const int BadInput = 2;

    /// <summary>With <c>--strict</c>: completed, but a scene has no image.</summary>
    public const int ImagesMissing = 3;

    /// <summary>Ctrl+C; the shells' convention is 128 + SIGINT.</summary>
    public const int Cancelled = 130;

    private static readonly int[] ByWeight = [Completed, ImagesMissing, BadInput, Failed, Cancelled];

    /// <summary>The one to exit with when there are several.</summary>
    public static int Worst(IEnumerable<int> exitCodes) => exitCodes.MaxBy(exitCode => Array.IndexOf(ByWeight, exitCode));
}

/// <summary>Ends a command.</summary>
/// <param name="exitCode">One of <see cref="ExitCodes"/>.</param>
/// <param name="message">For standard error: what is wrong and what to do about it.</param>
/// <param name="inner">The cause.</param>
internal sealed class CliException(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    public int ExitCode { get; } = exitCode;
}
