using System.Globalization;
using ScenarioFunctions.Chaos.Simulation.Storage;

namespace ScenarioFunctions.Chaos.Simulation;

/// <summary>
/// Runs seeds, one after the other, in a process whose thread pool has one thread. All code of the service and of its libraries
/// runs on this thread. See <see cref="SimulateCommand"/>.
/// </summary>
internal sealed class SeedWorker(Defect defect) : IThreadPoolWorkItem, IDisposable
{
    /// <summary>The environment variables that such a process needs.</summary>
    public static readonly IReadOnlyDictionary<string, string> OneThread = new Dictionary<string, string>
    {
        ["DOTNET_ThreadPool_ForceMinWorkerThreads"] = "1",
        ["DOTNET_ThreadPool_ForceMaxWorkerThreads"] = "1",
        ["DOTNET_gcConcurrent"] = "0",
    };

    /// <summary>One seed in so many runs twice, to check that both runs are equal.</summary>
    private const int RunTwiceOneIn = 100;

    /// <summary>Even when nothing is due, the pool may still have work from the last event, so it gets some more turns.</summary>
    private const int IdleTurns = 10;

    private readonly SemaphoreSlim over = new(0);
    private SeedRun current = null!;
    private Exception? fault;
    private int idle;

    /// <param name="first">The first seed.</param>
    /// <param name="count">The number of seeds.</param>
    /// <param name="step">The distance between seeds.</param>
    /// <param name="defect">What is broken on purpose.</param>
    /// <param name="trace">Whether to print everything that happens.</param>
    /// <returns>The exit code.</returns>
    public static int Run(int first, int count, int step, Defect defect, bool trace)
    {
        ThreadPool.GetMaxThreads(out var threads, out _);
        if (threads != 1)
        {
            throw new InvalidOperationException($"The simulation needs a thread pool of one thread, not of {threads}.");
        }

        // Each host has its own container, which is used so briefly that compiling it does not pay.
        AppContext.SetSwitch("Microsoft.Extensions.DependencyInjection.DisableDynamicEngine", true);
        using var worker = new SeedWorker(defect);
        var total = new SeedTotal();
        for (var seed = first; count > 0; seed += step, count--)
        {
            var result = worker.Run(seed, trace ? Console.Out : null);
            if (seed % RunTwiceOneIn == 0 && worker.Run(seed, null).Fingerprint != result.Fingerprint)
            {
                result = result with { Violations = [.. result.Violations, "a second run went another way"] };
            }

            total.Add(result);
            if (result.Violations.Count > 0)
            {
                if (!trace && total.Failed == 1)
                {
                    worker.Run(seed, Console.Out);
                }

                Tell(result);
            }
        }

        Console.WriteLine(total.ToLine());
        return total.Failed > 0 ? 1 : 0;
    }

    public void Dispose() => over.Dispose();

    void IThreadPoolWorkItem.Execute()
    {
        try
        {
            idle = current.Step() ? 0 : idle + 1;
            if (idle <= IdleTurns && !current.IsOver)
            {
                // At the end of the queue, so that the work of the last event comes first.
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return;
            }
        }
        catch (Exception exception)
        {
            fault = exception;
        }

        over.Release();
    }

    private SeedResult Run(int seed, TextWriter? trace)
    {
        (fault, current, idle) = (null, null!, 0);
        ThreadPool.UnsafeQueueUserWorkItem(
            _ =>
            {
                current = new SeedRun(seed, defect, trace);
                current.Begin();
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            },
            null);
        over.Wait();
        return fault is null
            ? SeedAudit.Of(current)
            : new SeedResult(seed, [fault.ToString()], 0, 0, 0, 0, 0);
    }

    private static void Tell(SeedResult result)
    {
        Console.WriteLine($"seed {result.Seed} FAILED: eng/simulate.sh --seed {result.Seed}");
        foreach (var violation in result.Violations)
        {
            Console.WriteLine($"  {violation}");
        }
    }
}

/// <summary>The totals of many seeds.</summary>
internal sealed class SeedTotal
{
    private const string Prefix = "total ";

    private long[] counts = new long[6];

    public long Seeds => counts[0];

    public long Failed => counts[1];

    public void Add(SeedResult result) => Add(
        [1, result.Violations.Count > 0 ? 1 : 0, result.Kills, result.Orders, result.Charges, result.Undecidable]);

    /// <returns>Whether the line came from <see cref="ToLine"/>.</returns>
    public bool TryAdd(string line)
    {
        if (!line.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        Add([.. line[Prefix.Length..].Split(' ').Select(count => long.Parse(count, CultureInfo.InvariantCulture))]);
        return true;
    }

    public string ToLine() => Prefix + string.Join(' ', counts);

    public override string ToString() =>
        $"{counts[0]} seeds, {counts[1]} failed; {counts[2]} kills, {counts[3]} orders, {counts[4]} charges, "
        + $"{counts[5]} undecidable orders";

    private void Add(long[] more) => counts = [.. counts.Zip(more, (a, b) => a + b)];
}
