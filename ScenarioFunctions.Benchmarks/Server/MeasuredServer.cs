using System.Diagnostics;
using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;
using ScenarioFunctions.Chaos.Storm;

namespace ScenarioFunctions.Benchmarks.Server;

/// <summary>A server process with an empty data folder and users with enough credits; and its memory.</summary>
internal sealed class MeasuredServer : IDisposable
{
    private const long InduceCollection = 0x800000;
    private const string NoLog = "/dev/null"; // a file would share the disk that is measured

    private readonly TemporaryFolder folder;
    private readonly ServerProcess process;

    private MeasuredServer((string Name, string Value)[] settings)
    {
        folder = new TemporaryFolder();
        var environment = new Dictionary<string, string> { ["LOCAL_STARTING_CREDITS"] = "1000000000" };
        foreach (var (name, value) in settings)
        {
            environment[name] = value;
        }

        var program = Path.Combine(AppContext.BaseDirectory, "ScenarioFunctions.Local.dll");
        process = ServerProcess.Start(program, DataFolder, NoLog, environment);
    }

    public Uri Address { get; private set; } = null!;

    public string DataFolder => Path.Combine(folder.Path, "data");

    /// <summary>The peak memory of the process, in MB of 1,000,000 bytes.</summary>
    public double PeakMegabytes => Look(seen => seen.PeakWorkingSet64) / 1e6;

    /// <summary>The processor time that the process has used.</summary>
    public TimeSpan ProcessorTime => TimeSpan.FromTicks(Look(seen => seen.TotalProcessorTime.Ticks));

    /// <param name="settings">Environment variables of the server.</param>
    public static async Task<MeasuredServer> StartAsync(params (string Name, string Value)[] settings)
    {
        var server = new MeasuredServer(settings);
        try
        {
            server.Address = await server.process.AddressAsync(CancellationToken.None);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Makes the server collect its garbage.</summary>
    /// <returns>The memory of the process after that (resident set), in bytes.</returns>
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

        return Look(seen => seen.WorkingSet64);
    }

    /// <summary>Kills the server, as most benchmarks leave tasks that would take minutes.</summary>
    public void Dispose()
    {
        process.Dispose();
        folder.Dispose();
    }

    private long Look(Func<Process, long> figure)
    {
        using var seen = Process.GetProcessById(process.Id);
        return figure(seen);
    }
}
