using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Local.Storage;
using Spectre.Console;

namespace ScenarioFunctions.Local.Cli;

/// <summary>What the commands use of the world around them, so that nothing in them is global.</summary>
internal sealed record CliEnvironment
{
    /// <summary>Standard output: what the commands are for.</summary>
    public required IAnsiConsole Console { get; init; }

    /// <summary>Standard error: what went wrong.</summary>
    public required TextWriter Error { get; init; }

    public required Func<Stream> OpenInput { get; init; }

    public required IConfiguration Configuration { get; init; }

    /// <summary>The server that holds the data folder, or, when there is none, one started for the command.</summary>
    public required Func<CancellationToken, Task<IScenarioServer>> ConnectAsync { get; init; }

    /// <summary>
    /// Runs the server to its end; what happens when no command is given. The first argument is <c>--confirm-restore</c>.
    /// Returns the exit code.
    /// </summary>
    public required Func<bool, CancellationToken, Task<int>> ServeAsync { get; init; }

    public Func<CliInterrupts> WatchInterrupts { get; init; } = CliInterrupts.OfProcess;

    /// <summary>Paths are shown relative to it.</summary>
    public string WorkingDirectory { get; init; } = Directory.GetCurrentDirectory();

    public CliPatience Patience { get; init; } = new();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary><c>API_KEY</c>; null when not set.</summary>
    public string? ApiKey => new SettingsReader(Configuration).Text("API_KEY");

    /// <summary><c>SCENARIO_DATA_DIR</c>, absolute.</summary>
    public string DataFolder => Path.GetFullPath(
        LocalSettings.Read(new SettingsReader(Configuration)).DataDirectory, WorkingDirectory);

    /// <summary>The environment of this process.</summary>
    public static CliEnvironment OfProcess(
        IConfiguration configuration,
        Func<CancellationToken, Task<IScenarioServer>> connect,
        Func<bool, CancellationToken, Task<int>> serve) => new()
        {
            Console = StandardOutput(),
            Error = System.Console.Error,
            OpenInput = System.Console.OpenStandardInput,
            Configuration = configuration,
            ConnectAsync = connect,
            ServeAsync = serve,
        };

    private static IAnsiConsole StandardOutput()
    {
        var redirected = System.Console.IsOutputRedirected;
        return AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(System.Console.Out),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
    }
}

/// <summary>How long the commands wait for what.</summary>
internal sealed record CliPatience
{
    /// <summary>Longest pause between two looks at a task: the server is on this machine.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(0.25);

    /// <summary>How long a server may be away while a task is started or followed.</summary>
    public TimeSpan Server { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long the scenes of a cancelled task may take to settle.</summary>
    public TimeSpan Cancel { get; init; } = TimeSpan.FromMinutes(1);
}
