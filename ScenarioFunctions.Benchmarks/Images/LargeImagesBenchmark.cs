using System.Diagnostics;
using ScenarioFunctions.Benchmarks.Server;
using ScenarioFunctions.Benchmarks.Service;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Benchmarks.Images;

/// <summary>The memory that images need: 100 of 24 MiB, all ready at once, compared with an idle server.</summary>
internal static class LargeImagesBenchmark
{
    /// <summary>The first scene of a task gets no image: 99 images in one task, and one in another.</summary>
    private const int Images = 100;

    private const int ImageBytes = 24 * 1024 * 1024;
    private const int MaxMegabytes = 300 * 1024 * 1024 / 1_000_000;

    public static async Task<IReadOnlyList<BenchmarkResult>> RunAsync()
    {
        await using var runway = await LargeImagesRunway.StartAsync(ImageBytes);
        using var server = await MeasuredServer.StartAsync([.. runway.Settings, ("MAX_PARALLEL_IMAGES", "100")]);
        using var client = new ServiceClient(server.Address);
        var idle = server.PeakMegabytes;

        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(client.PostAsync(ScenarioBody.Create(Images - 1)), client.PostAsync(ScenarioBody.Create(1)));
        await ServiceBenchmark.UntilNoneIsOpenAsync(client);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var stored = Directory.GetFiles(Path.Combine(server.DataFolder, IImageStore.DefaultBucket), "*.png", SearchOption.AllDirectories);

        return
        [
            new("large_stored", stored.Length, $"{Images}", $"{Images} images of 24 MiB, ready at once: stored"),
            new("large_mb_more", server.PeakMegabytes - idle, $"<= {MaxMegabytes}", "the same: most MB of the process, above those of an idle one"),
            new("large_mb_idle", idle, null, "most MB of the idle process"),
            new("large_seconds", seconds, null, "the same: seconds from the first POST to the last end"),
        ];
    }
}
