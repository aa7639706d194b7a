using System.Globalization;
using ScenarioFunctions.Benchmarks.Server;

namespace ScenarioFunctions.Benchmarks.Images;

/// <summary>Parallel images: how long a task with images of 2 s takes, from POST to completed.</summary>
internal static class ImagesBenchmark
{
    private const double ImageSeconds = 2;
    private const int Runs = 3;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    public static async Task<IReadOnlyList<BenchmarkResult>> RunAsync()
    {
        var results = new List<BenchmarkResult>();
        foreach (var (images, cap) in new[] { (5, 5), (20, 20), (99, 99), (20, 5) })
        {
            results.AddRange(await MeasureAsync(images, cap));
        }

        return results;
    }

    private static async Task<IReadOnlyList<BenchmarkResult>> MeasureAsync(int images, int cap)
    {
        using var server = await MeasuredServer.StartAsync(
            ("MAX_PARALLEL_IMAGES", $"{cap}"),
            ("EMULATOR_CONCURRENCY", "1000"),
            ("EMULATOR_LATENCY_SECONDS", ImageSeconds.ToString(CultureInfo.InvariantCulture)));
        using var client = new ServiceClient(server.Address);
        var body = ScenarioBody.Create(images);
        var first = await client.SecondsAsync(body, Look);
        var later = new List<double>();
        for (var i = 0; i < Runs; i++)
        {
            later.Add(await client.SecondsAsync(body, Look));
        }

        var target = images == cap ? (1.05 * ImageSeconds) + 0.5 : 10;
        return
        [
            new($"seconds_{images}_under_{cap}", Percentiles.Of(later, 0.5), $"<= {target}", $"{images} images of {ImageSeconds} s under a cap of {cap}, median of {Runs}"),
            new($"seconds_{images}_under_{cap}_first", first, null, "the same, as the first task after a start"),
        ];
    }
}
