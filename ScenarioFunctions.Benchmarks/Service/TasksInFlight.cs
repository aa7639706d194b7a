using System.Diagnostics;
using ScenarioFunctions.Benchmarks.Server;

namespace ScenarioFunctions.Benchmarks.Service;

/// <summary>
/// The latency and memory of a server with 1,000 running tasks, whose images take longer than the benchmark. Further tasks
/// wait in the queue.
/// </summary>
internal static class TasksInFlight
{
    private const int InFlight = 1000;
    private const int Queued = 10_000;
    private const int Pollers = 200;

    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PostInterval = TimeSpan.FromMilliseconds(50);

    public static async Task<IReadOnlyList<BenchmarkResult>> MeasureAsync()
    {
        using var server = await MeasuredServer.StartAsync(("EMULATOR_CONCURRENCY", "10000"));
        using var client = new ServiceClient(server.Address);
        await ServiceBenchmark.WarmUpAsync(client);
        var before = await server.SettledMemoryAsync();

        var endless = ScenarioBody.Create(ServiceBenchmark.Images, imageSeconds: 3000);
        var firstHalf = await Load.PostAsync(client, endless, InFlight / 2, ServiceBenchmark.Clients);
        var half = await server.SettledMemoryAsync();
        var secondHalf = await Load.PostAsync(client, endless, InFlight / 2, ServiceBenchmark.Clients);
        var inFlight = await server.SettledMemoryAsync();
        string[] ids = [.. firstHalf, .. secondHalf];

        var (gets, posts) = await MeasureAnswersAsync(client, ids, endless);
        var started = Stopwatch.GetTimestamp();
        var left = Queued - posts.Count;
        await Load.PostAsync(client, endless, left, ServiceBenchmark.Clients);
        var rate = left / Stopwatch.GetElapsedTime(started).TotalSeconds;
        var peak = server.PeakMegabytes;
        var settled = await server.SettledMemoryAsync() / 1e6;
        return
        [
            new("post_p50_ms", Percentiles.Of(posts, 0.5), null, $"POST to 202, {InFlight:N0} tasks in flight, {Pollers} pollers, ms"),
            new("post_p99_ms", Percentiles.Of(posts, 0.99), "< 20", "the same, 99th percentile"),
            new("get_p50_ms", Percentiles.Of(gets, 0.5), null, "GET of a task meanwhile, every second one with its ETag, ms"),
            new("get_p99_ms", Percentiles.Of(gets, 0.99), "< 5", "the same, 99th percentile"),
            new("posts_per_second", rate, null, $"tasks taken in a second, {ServiceBenchmark.Clients} clients at once"),
            new("kib_per_task", (inFlight - before) / 1024d / InFlight, "<= 64", $"KiB of memory for one of {InFlight:N0} tasks in flight"),
            new("kib_per_further_task", (inFlight - half) / 1024d / (InFlight / 2), null, "the same for the second half of them: without caches that fill once"),
            new("mb_before", before / 1e6, null, "MB of the process, warmed up and idle"),
            new("mb_queued", settled, "< 300", $"MB of the process, {InFlight:N0} tasks in flight and {Queued:N0} queued"),
            new("mb_queued_peak", peak, null, "MB at most until then, before garbage was collected"),
        ];
    }

    private static async Task<(IReadOnlyList<double> Gets, IReadOnlyList<double> Posts)> MeasureAnswersAsync(
        ServiceClient client, string[] ids, byte[] body)
    {
        using var stop = new CancellationTokenSource(Measured);
        var gets = Load.PollAsync(client, ids, Pollers, stop.Token);
        var posts = Load.PostSteadilyAsync(client, body, PostInterval, stop.Token);
        return (await gets, await posts);
    }
}
