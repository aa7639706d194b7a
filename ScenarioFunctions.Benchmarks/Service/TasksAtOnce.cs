using System.Diagnostics;
using ScenarioFunctions.Benchmarks.Server;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Benchmarks.Service;

/// <summary>1,000 tasks posted at once, with images of 2 s and no limit at the emulator: how long until all are completed.</summary>
internal static class TasksAtOnce
{
    private const int Tasks = 1000;

    public static async Task<IReadOnlyList<BenchmarkResult>> MeasureAsync()
    {
        using var server = await MeasuredServer.StartAsync(("EMULATOR_CONCURRENCY", "10000"));
        using var client = new ServiceClient(server.Address);
        await ServiceBenchmark.WarmUpAsync(client);
        var imagesBefore = ImagesOf(server);

        var started = Stopwatch.GetTimestamp();
        var ids = await Load.PostAsync(client, ScenarioBody.Create(ServiceBenchmark.Images), Tasks, ServiceBenchmark.Clients);
        await ServiceBenchmark.UntilNoneIsOpenAsync(client);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var images = ImagesOf(server) - imagesBefore;
        var completed = 0;
        foreach (var id in ids)
        {
            completed += await client.StatusAsync(id) == "completed" ? 1 : 0;
        }

        return
        [
            new("at_once_completed", completed, $"{Tasks:N0}", $"{Tasks:N0} tasks posted at once: completed"),
            new("at_once_images", images, $"{Tasks * ServiceBenchmark.Images:N0}", "the same: images stored"),
            new("at_once_seconds", seconds, null, "the same: seconds from the first POST to the last end"),
            new("at_once_images_per_second", images / seconds, null, "the same: images a second, drawn by the emulator too"),
            new("at_once_mb_peak", server.PeakMegabytes, null, "the same: most MB of the process"),
        ];
    }

    private static int ImagesOf(MeasuredServer server) =>
        Directory.GetFiles(Path.Combine(server.DataFolder, IImageStore.DefaultBucket), "*.png", SearchOption.AllDirectories).Length;
}
