using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using ScenarioFunctions.Local.Storage;

namespace ScenarioFunctions.Chaos.Storm;

/// <summary>
/// The embedded host as users run it: a real process with a data folder, on a free port of this machine unless its settings
/// name a port.
/// </summary>
internal sealed class ServerProcess : IDisposable
{
    private const int Terminate = 15;
    private static readonly TimeSpan Termination = TimeSpan.FromSeconds(5);

    private readonly long started = Stopwatch.GetTimestamp();
    private readonly Process process;
    private readonly string announcement;
    private readonly string logPath;
    private TimeSpan startTook;

    private ServerProcess(Process process, string dataPath, string logPath)
    {
        this.process = process;
        this.logPath = logPath;
        announcement = Path.Combine(dataPath, DataDirectory.AnnouncementName);
    }

    public int Id => process.Id;

    /// <summary>How long it may take to stop: 5 s, or, on a busy machine, as long as the start took.</summary>
    public TimeSpan MaxTermination => startTook > Termination ? startTook : Termination;

    /// <param name="program">ScenarioFunctions.Local.dll.</param>
    /// <param name="dataPath">Its data folder. The parent folder, which must exist, is the working directory.</param>
    /// <param name="logPath">Its output is appended to this file.</param>
    /// <param name="settings">Environment variables.</param>
    /// <param name="arguments">Of the program.</param>
    public static ServerProcess Start(
        string program, string dataPath, string logPath, IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = Path.GetDirectoryName(dataPath) };
        string[] shell = ["-c", "log=$1; shift; exec dotnet \"$0\" \"$@\" >>\"$log\" 2>&1", program, logPath];
        foreach (var argument in shell.Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["SCENARIO_DATA_DIR"] = dataPath;
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return new ServerProcess(Process.Start(start)!, dataPath, logPath);
    }

    /// <summary>The address where it listens, once it does.</summary>
    /// <exception cref="InvalidOperationException">The process has ended.</exception>
    public async Task<Uri> AddressAsync(CancellationToken cancellationToken)
    {
        Uri? address = null;
        await Patience.UntilAsync(
            () =>
            {
                address = Announced();
                return address is null && process.HasExited
                    ? throw new InvalidOperationException($"The server ended by itself with {process.ExitCode}: {Log()}")
                    : Task.FromResult(address is not null);
            },
            () => $"The server has not started: {Log()}",
            cancellationToken);
        startTook = Stopwatch.GetElapsedTime(started);
        return address!;
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGTERM.</summary>
    /// <returns>How long it took to stop, and its exit code.</returns>
    public async Task<(TimeSpan Took, int ExitCode)> TerminateAsync()
    {
        var asked = Stopwatch.GetTimestamp();
        _ = Signal(process.Id, Terminate);
        await process.WaitForExitAsync();
        return (Stopwatch.GetElapsedTime(asked), process.ExitCode);
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
    }

    private string Log() => File.ReadAllText(logPath);

    /// <summary>Only an announcement of this process counts, as a killed one leaves its own.</summary>
    private Uri? Announced()
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(announcement));
            return document.RootElement.GetProperty("ProcessId").GetInt32() == process.Id
                ? new Uri(document.RootElement.GetProperty("Url").GetString()!)
                : null;
        }
        catch (Exception exception) when (exception is IOException or JsonException)
        {
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int processId, int signal);
}

/// <summary>When a server ended, and whether by SIGKILL.</summary>
internal sealed record ServerEnd(DateTimeOffset At, bool IsKill);
