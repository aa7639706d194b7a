using ScenarioFunctions.Benchmarks.Server;

namespace ScenarioFunctions.Benchmarks.Images;

/// <summary>How long the four images of one user take while another user has hundreds waiting, compared with no other user.</summary>
internal static class FairnessBenchmark
{
    private const int Tasks = 10;
    private const int ImagesOfTask = 99;
    private const int Images = 4;
    private const int Runs = 5;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Between the runs, so that they meet the other user's images at different moments.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.37);

    public static async Task<IReadOnlyList<BenchmarkResult>> RunAsync()
    {
        using var server = await MeasuredServer.StartAsync(("EMULATOR_LATENCY_SECONDS", "1"), ("EMULATOR_CONCURRENCY", "20"));
        using var client = new ServiceClient(server.Address);
        var few = ScenarioBody.Create(Images, userId: "user_b");
        await client.SecondsAsync(few, Look); // compiles
        var alone = await MeasureAsync(client, few);

        var many = ScenarioBody.Create(ImagesOfTask, userId: "user_a");
        var busy = new List<string>();
        for (var i = 0; i < Tasks; i++)
        {
            busy.Add((await client.PostAsync(many)).TaskId);
        }

        await Task.Delay(TimeSpan.FromSeconds(3));
        var beside = await MeasureAsync(client, few);
        if (await client.StatusAsync(busy[^1]) != "running")
        {
            throw new InvalidOperationException("The other user's images were done too early.");
        }

        var (aloneMedian, besideMedian) = (Percentiles.Of(alone, 0.5), Percentiles.Of(beside, 0.5));
        return
        [
            new("fair_alone_seconds", aloneMedian, null, $"{Images} images of 1 s of a user alone, median of {Runs}"),
            new("fair_beside_seconds", besideMedian, null, $"the same, while another user has {Tasks * ImagesOfTask} waiting"),
            new("fair_beside_seconds_max", beside.Max(), null, "the slowest of these"),
            new("fair_ratio", besideMedian / aloneMedian, "<= 2", "the second relative to the first"),
        ];
    }

    private static async Task<IReadOnlyList<double>> MeasureAsync(ServiceClient client, byte[] body)
    {
        var seconds = new List<double>();
        for (var i = 0; i < Runs; i++)
        {
            seconds.Add(await client.SecondsAsync(body, Look));
            await Task.Delay(Pause);
        }

        return seconds;
    }
}
