using System.Diagnostics;
using System.Net.NetworkInformation;
using ScenarioFunctions.Chaos.Audit;

namespace ScenarioFunctions.Chaos.Storm;

/// <summary>
/// Posts tasks to a real server that is killed again and again, and whose disk and RunwayML now and then fail for a while, with an
/// emulator that is not killed, and checks the results.
/// </summary>
internal sealed class StormRun(StormOptions options) : IAsyncDisposable
{
    private const int TerminateEvery = 8;

    /// <summary>Of the server's lives. One that ends by SIGTERM is none of them: what it could not record it has to keep.</summary>
    private const int FullDiskEvery = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Random random = new(options.Seed);
    private readonly Faults faults = new();
    private readonly List<ServerEnd> ends = [];
    private ServerProcess? emulator;
    private ServerProcess? server;
    private UnreliableRunway? runway;
    private volatile Uri? address;
    private TimeSpan slowestTermination;
    private int fullDisks;

    public async Task<int> RunAsync()
    {
        emulator = Start(options.Program, options.EmulatorData, new() { ["EMULATOR_LATENCY_SECONDS"] = "0.3", ["EMULATOR_CONCURRENCY"] = "100" });
        runway = await UnreliableRunway.StartAsync(await emulator.AddressAsync(CancellationToken.None), options.Seed);
        await StartServerAsync(1);

        using var enough = new CancellationTokenSource();
        using var abort = new CancellationTokenSource();
        var clients = new StormClients(options, () => address, faults);
        await clients.GrantAsync();
        var started = Stopwatch.GetTimestamp();
        var watching = clients.RunAsync(enough.Token, abort.Token);
        for (var number = 1; number <= options.Kills; number++)
        {
            await EndServerAsync(number);
            await StartServerAsync(number + 1);
            await clients.GrantLittleAsync(random);
        }

        var left = options.Least - Stopwatch.GetElapsedTime(started);
        await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        await enough.CancelAsync();
        await DrainAsync(watching, abort);
        return await ReportAsync(clients, Stopwatch.GetElapsedTime(started));
    }

    public async ValueTask DisposeAsync()
    {
        server?.Dispose();
        emulator?.Dispose();
        await (runway?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private static ServerProcess Start(
        string program, string dataPath, Dictionary<string, string> settings, params string[] arguments)
    {
        Directory.CreateDirectory(dataPath);
        return ServerProcess.Start(program, dataPath, dataPath + ".log", settings, arguments);
    }

    /// <param name="number">Of the server's life, from 1; it ends as the kill of that number says.</param>
    private async Task StartServerAsync(int number)
    {
        var settings = new Dictionary<string, string>
        {
            ["RUNWAYML_BASE_URL"] = new Uri(runway!.Address, "/emulators/runwayml").ToString(),
            ["RUNWAYML_API_SECRET"] = "chaos",
            ["RUNWAYML_POLL_SECONDS"] = "0.1",
            ["LOCAL_STARTING_CREDITS"] = "10",
        };
        var hasFullDisk = number % FullDiskEvery == 0 && number % TerminateEvery != 0;
        fullDisks += hasFullDisk ? 1 : 0;
        server = hasFullDisk
            ? Start(typeof(StormRun).Assembly.Location, options.ServerData, settings, "serve-full-disk", $"{random.Next()}")
            : Start(options.Program, options.ServerData, settings);
        address = await server.AddressAsync(CancellationToken.None);
    }

    private async Task EndServerAsync(int number)
    {
        await Task.Delay(random.Next(20, 1800));
        if (number % TerminateEvery == 0)
        {
            var (took, exitCode) = await server!.TerminateAsync();
            slowestTermination = took > slowestTermination ? took : slowestTermination;
            if (exitCode != 0 || took > server.MaxTermination)
            {
                faults.Add($"SIGTERM took {took.TotalSeconds:0.0} s and ended with {exitCode}.");
            }
        }
        else
        {
            await server!.KillAsync();
        }

        await OrdersArrivedAsync();
        ends.Add(new ServerEnd(TimeProvider.System.GetUtcNow(), number % TerminateEvery != 0));
        address = null;
        server.Dispose();
    }

    /// <summary>
    /// Waits until RunwayML has received what the ended server had sent, as such an order could be mistaken for one of the next
    /// server. RunwayML's end of a connection exists until it has read everything.
    /// </summary>
    private async Task OrdersArrivedAsync()
    {
        while (IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections().Any(connection =>
            connection.LocalEndPoint.Port == runway!.Address.Port
            && connection.State is TcpState.Established or TcpState.CloseWait) || runway!.UnderWay > 0)
        {
            await Task.Delay(Pause);
        }

        await Task.Delay(TimeSpan.FromMilliseconds(200)); // until what it has read is on its disk
    }

    private async Task DrainAsync(Task watching, CancellationTokenSource abort)
    {
        if (await Task.WhenAny(watching, Task.Delay(Patience.Limit)) != watching)
        {
            faults.Add($"Tasks had not ended {Patience.Seconds} s after the last kill.");
            await abort.CancelAsync();
        }

        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await WoundDownAsync();
        await server!.TerminateAsync();
        await emulator!.TerminateAsync();
    }

    /// <summary>Waits for cancelled images, which end after their task. The audit reports those that do not.</summary>
    private async Task WoundDownAsync()
    {
        await DataFolder.UntilAsync(
            options.ServerData, data => data.Tasks.All(task => task.IsSettled), CancellationToken.None)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<int> ReportAsync(StormClients clients, TimeSpan took)
    {
        var audit = new StormAudit(
            await DataFolder.ReadAsync(options.ServerData), await DataFolder.ReadAsync(options.EmulatorData),
            clients.Posted, ends, faults);
        audit.Run();
        var kills = ends.Count(end => end.IsKill);
        await File.WriteAllLinesAsync(Path.Combine(options.Folder, "violations.txt"), faults.Found);
        foreach (var fault in faults.Found.Take(30))
        {
            Console.Error.WriteLine(fault);
        }

        Console.WriteLine(
            $"kills={kills} terms={ends.Count - kills} slowest_term_s={slowestTermination.TotalSeconds:0.00} "
            + $"tasks={clients.Posted.Count} cancelled={audit.Cancelled} images={audit.Images} made_again={audit.Anew} chosen={audit.Chosen} "
            + $"bought={audit.Bought} bought_and_cancelled={audit.BoughtAndCancelled} short_of_credits={audit.ShortOfCredits} "
            + $"refused_by_runway={runway!.Refused} full_disks={fullDisks} "
            + $"asked_again={audit.AskedAgain} widest_gap_ms={audit.WidestGap.TotalMilliseconds:0} violations={faults.Found.Count} seed={options.Seed} seconds={took.TotalSeconds:0}");
        if (faults.Found.Count == 0)
        {
            Directory.Delete(options.Folder, recursive: true);
            return 0;
        }

        Console.Error.WriteLine($"Data and logs are kept in {options.Folder}.");
        return 1;
    }
}
