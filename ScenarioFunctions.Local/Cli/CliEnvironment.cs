using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Local.Storage;
using Spectre.Console;

namespace ScenarioFunctions.Local.Cli;

/// <summary>Everything outside the process that the commands use, so that tests can replace it.</summary>
internal sealed record CliEnvironment
{
    /// <summary>Standard output: the command's results.</summary>
    public required IAnsiConsole Console { get; init; }

    /// <summary>Standard error: errors and notices.</summary>
    public required TextWriter Error { get; init; }

    public required Func<Stream> OpenInput { get; init; }

    public required IConfiguration Configuration { get; init; }

    /// <summary>Columns of the terminal that <see cref="Error"/> is; null when it is none.</summary>
    public int? ErrorWidth { get; init; }

    /// <summary>Connects to the server that holds the data folder; starts one for the command when there is none.</summary>
    public required Func<ServerUse, CancellationToken, Task<IScenarioServer>> ConnectAsync { get; init; }

    /// <summary>
    /// Runs the server until it stops, when no command is given. The first argument is <c>--confirm-restore</c>. Returns the exit
    /// code.
    /// </summary>
    public required Func<bool, CancellationToken, Task<int>> ServeAsync { get; init; }

    /// <summary>Shows a page in the user's browser. Returns whether one could be started.</summary>
    public Func<string, bool> OpenBrowser { get; init; } = Browser.Open;

    public Func<CliInterrupts> WatchInterrupts { get; init; } = CliInterrupts.OfProcess;

    /// <summary>Paths are shown relative to this folder.</summary>
    public string WorkingDirectory { get; init; } = Directory.GetCurrentDirectory();

    public CliPatience Patience { get; init; } = new();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary><c>API_KEY</c>, the first when there are several; null when not set.</summary>
    public string? ApiKey => new SettingsReader(Configuration).Text("API_KEY") is { } keys ? KeyRing.Split(keys)[0] : null;

    /// <summary><c>SCENARIO_DATA_DIR</c>, absolute.</summary>
    public string DataFolder => Path.GetFullPath(
        LocalSettings.Read(new SettingsReader(Configuration)).DataDirectory, WorkingDirectory);

    /// <summary>Whether a person looks at standard output, and not a program.</summary>
    public bool IsTerminal => Console.Profile.Capabilities.Interactive;

    /// <summary>Writes a result to standard output.</summary>
    public void Write(string text) =>
        Console.Profile.Out.Writer.WriteLine(IsTerminal ? CliText.Wrap(text, Console.Profile.Width) : text);

    /// <summary>Writes a named value.</summary>
    public void WriteField(string name, string value) => Write($"{name,-12}{value}");

    /// <summary>Writes a command to type next. It stays a single line, however long, so that it can be copied.</summary>
    public void WriteCommand(string arguments) => Console.Profile.Out.Writer.WriteLine($"  {CliHelp.Program} {arguments}");

    /// <summary>Writes an error or a notice to standard error.</summary>
    public void Tell(string text) => Error.WriteLine(ErrorWidth is { } width ? CliText.Wrap(text, width) : text);

    /// <summary>The environment of this process.</summary>
    public static CliEnvironment OfProcess(
        IConfiguration configuration,
        Func<ServerUse, CancellationToken, Task<IScenarioServer>> connect,
        Func<bool, CancellationToken, Task<int>> serve) => new()
        {
            Console = StandardOutput(),
            Error = System.Console.Error,
            ErrorWidth = System.Console.IsErrorRedirected ? null : StandardOutput().Profile.Width,
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

/// <summary>Timeouts and intervals of the commands.</summary>
internal sealed record CliPatience
{
    private static readonly TimeSpan ShortestPoll = TimeSpan.FromMilliseconds(10);

    /// <summary>The longest interval between two polls of a task. It is short, as the server is on this machine.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(0.25);

    /// <summary>How long a server may be unreachable while a task is started or followed.</summary>
    public TimeSpan Server { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long to wait until the scenes of a cancelled task have ended.</summary>
    public TimeSpan Cancel { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The time to the next poll: an eighth of the time so far, so that a short task is not followed much longer than it takes.</summary>
    public TimeSpan PauseAfter(TimeSpan elapsed) =>
        TimeSpan.FromTicks(Math.Min(Poll.Ticks, Math.Max(ShortestPoll.Ticks, elapsed.Ticks / 8)));
}
