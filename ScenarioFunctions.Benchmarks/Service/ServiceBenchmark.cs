using ScenarioFunctions.Benchmarks.Server;

namespace ScenarioFunctions.Benchmarks.Service;

/// <summary>The whole server, over HTTP on loopback, with many tasks of four images each.</summary>
internal static class ServiceBenchmark
{
    public const int Images = 4;
    public const int Clients = 32;

    public static async Task<IReadOnlyList<BenchmarkResult>> RunAsync() =>
        [.. await TasksInFlight.MeasureAsync(), .. await TasksAtOnce.MeasureAsync()];

    /// <summary>Runs some tasks to their end, so that the server's code is compiled.</summary>
    public static async Task WarmUpAsync(ServiceClient client)
    {
        await Load.PostAsync(client, ScenarioBody.Create(Images, imageSeconds: 0.1), 100, Clients);
        await UntilNoneIsOpenAsync(client);
    }

    public static async Task UntilNoneIsOpenAsync(ServiceClient client)
    {
        while (await client.AnyAsync("running") || await client.AnyAsync("pending"))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }
}
