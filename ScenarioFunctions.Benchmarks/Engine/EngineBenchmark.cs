using System.Diagnostics;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Benchmarks.Engine;

/// <summary>The engine alone: workflows per second, the latency of one, and whether both stay constant.</summary>
internal static class EngineBenchmark
{
    private const int InFlight = 64;
    private const int Alone = 1000;
    private const int Chunk = 10_000;

    /// <param name="folder">For the journal; on the disk to measure.</param>
    /// <param name="workflows">The total number, a multiple of 10,000.</param>
    /// <param name="slowedBy">Processor time that each step wastes.</param>
    public static async Task<IReadOnlyList<BenchmarkResult>> RunAsync(string folder, int workflows, TimeSpan slowedBy)
    {
        var input = EngineInput.Create();
        var rates = new List<double>();
        var latencies = new List<double>();
        List<double> alone;
        await using (var host = new EngineHost(folder, slowedBy))
        {
            await LoadAsync(host, input, 2000, []); // warms up
            alone = await AloneAsync(host, input);
            for (var done = 0; done < workflows; done += Chunk)
            {
                latencies.Clear();
                rates.Add(await LoadAsync(host, input, Chunk, latencies));
            }
        }

        var bytes = Directory.GetFiles(folder).Sum(file => new FileInfo(file).Length);
        var start = Stopwatch.GetTimestamp();
        await using (var restarted = new EngineHost(folder))
        {
            restarted.Engine.Resume();
        }

        var restart = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return
        [
            new("workflows_per_second", rates.Max(), ">= 3,000", $"workflows a second (5 scenes), {InFlight} in flight, best 10,000"),
            new("workflows_per_second_median", Percentiles.Of(rates, 0.5), null, "the same, median of the 10,000s"),
            new("last_to_first_ratio", rates[^1] / rates[0], "flat", $"rate of the last 10,000 of {workflows:N0} to the first"),
            new("p50_ms", Percentiles.Of(alone, 0.5), "< 3", "one alone, from start to its end on disk, median, ms"),
            new("p99_ms", Percentiles.Of(alone, 0.99), null, "the same, 99th percentile"),
            new("p50_ms_at_64", Percentiles.Of(latencies, 0.5), null, $"one of {InFlight} in flight, median, ms"),
            new("p99_ms_at_64", Percentiles.Of(latencies, 0.99), null, "the same, 99th percentile"),
            new("bytes_per_workflow", bytes / (double)(workflows + Alone + 2000), null, "bytes of the database file per finished workflow"),
            new("restart_seconds", restart, "< 2", "seconds to open the database with all of them on it"),
            new("input_bytes", EngineInput.SizeOf(input), null, "bytes of one scenario as JSON"),
        ];
    }

    private static async Task<List<double>> AloneAsync(EngineHost host, SaveScenarioInput input)
    {
        var samples = new List<double>(Alone);
        for (var i = 0; i < Alone; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await host.RunOneAsync(input);
            samples.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return samples;
    }

    /// <returns>Workflows per second.</returns>
    private static async Task<double> LoadAsync(
        EngineHost host, SaveScenarioInput input, int count, List<double> latencies)
    {
        var left = count;
        var started = Stopwatch.GetTimestamp();
        async Task RunLaneAsync()
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                var begun = Stopwatch.GetTimestamp();
                await host.RunOneAsync(input);
                lock (latencies)
                {
                    latencies.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
                }
            }
        }

        await Task.WhenAll(Enumerable.Range(0, InFlight).Select(_ => Task.Run(RunLaneAsync)));
        return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
