using System.Diagnostics;
using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;
using ScenarioFunctions.Local.Storage;

namespace ScenarioFunctions.Benchmarks.Server;

/// <summary>The embedded host as users have it, in a process of its own, on a free port and an empty data folder.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const long InduceCollection = 0x800000;

    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly Process process;
    private readonly TemporaryFolder folder;

    private ServerProcess(Process process, TemporaryFolder folder, Uri address)
    {
        this.process = process;
        this.folder = folder;
        Address = address;
    }

    public Uri Address { get; }

    public string DataFolder => folder.Path;

    /// <summary>Most memory that the process has had, in MB of 1,000,000 bytes.</summary>
    public double PeakMegabytes => Refreshed().PeakWorkingSet64 / 1e6;

    /// <param name="settings">Environment variables of the server.</param>
    public static async Task<ServerProcess> StartAsync(params (string Name, string Value)[] settings)
    {
        var folder = new TemporaryFolder();
        var process = Process.Start(StartInfo(folder.Path, settings))!;
        process.OutputDataReceived += (_, _) => { }; // read, so that the server never waits for its log
        process.BeginOutputReadLine();
        var started = Stopwatch.GetTimestamp();
        while (!process.HasExited && Stopwatch.GetElapsedTime(started) < StartPatience)
        {
            if (DataDirectory.FindServer(folder.Path) is { } address)
            {
                return new ServerProcess(process, folder, address);
            }

            await Task.Delay(Pause);
        }

        End(process, folder);
        throw new InvalidOperationException("The server did not start.");
    }

    /// <summary>Has the server collect its garbage.</summary>
    /// <returns>The memory of the process that is left (resident set), in bytes.</returns>
    public async Task<long> SettledMemoryAsync()
    {
        for (var i = 0; i < 2; i++)
        {
            var provider = new EventPipeProvider("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, InduceCollection);
            using var session = new DiagnosticsClient(process.Id).StartEventPipeSession(provider, requestRundown: false);
            var drained = session.EventStream.CopyToAsync(Stream.Null);
            await Task.Delay(TimeSpan.FromSeconds(2));
            session.Stop();
            await drained;
        }

        return Refreshed().WorkingSet64;
    }

    /// <summary>Kills the server: most benchmarks leave tasks that would take minutes.</summary>
    public void Dispose() => End(process, folder);

    private Process Refreshed()
    {
        process.Refresh();
        return process;
    }

    private static ProcessStartInfo StartInfo(string folder, (string Name, string Value)[] settings)
    {
        var assembly = Path.Combine(AppContext.BaseDirectory, "ScenarioFunctions.Local.dll");
        var start = new ProcessStartInfo("dotnet", [assembly]) { RedirectStandardOutput = true };
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["SCENARIO_DATA_DIR"] = folder;
        start.Environment["LOCAL_STARTING_CREDITS"] = "1000000000";
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static void End(Process process, TemporaryFolder folder)
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        folder.Dispose();
    }
}
