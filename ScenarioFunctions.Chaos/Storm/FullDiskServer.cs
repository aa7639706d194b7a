using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using ScenarioFunctions.Chaos.Acts;
using ScenarioFunctions.Local.Hosting;

namespace ScenarioFunctions.Chaos.Storm;

/// <summary>The embedded host, as the server's own program runs it, on a disk that is full for a while.</summary>
internal static class FullDiskServer
{
    /// <summary>The disk is full twice. Together that is shorter than the retries of any step.</summary>
    private const int Times = 2;

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(int seed)
    {
        var random = new Random(seed);
        var full = Enumerable.Range(0, Times).Select(_ => (From: random.NextDouble() * 2, For: 0.05 + random.NextDouble())).ToArray();
        var started = Stopwatch.GetTimestamp();
        var disk = new FullDisk(_ =>
        {
            var second = Stopwatch.GetElapsedTime(started).TotalSeconds - 1; // by then it is up
            return full.Any(span => second >= span.From && second < span.From + span.For);
        });

        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        var options = LocalServerOptions.ForServer() with { Replace = services => services.Observe(disk) };
        await using var server = await LocalServer.StartAsync(configuration, options, CancellationToken.None);
        await server.WaitForShutdownAsync(CancellationToken.None);
        return 0;
    }
}
