using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Benchmarks.Server;

namespace ScenarioFunctions.Benchmarks.Service;

/// <summary>
/// What traces, metrics and logs cost: two servers, of which one sends them to a collector that throws them away, do the same work
/// in turn. The processor time is the figure to trust on a busy machine.
/// </summary>
internal static class TelemetryBenchmark
{
    private const int Rounds = 6;
    private const int Tasks = 100;

    public static async Task<IReadOnlyList<BenchmarkResult>> RunAsync()
    {
        await using var collector = await StartCollectorAsync();
        using var plain = await StartAsync();
        using var traced = await StartAsync(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Urls.First()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"));
        await RoundAsync(plain);
        await RoundAsync(traced);

        var rates = new List<double>();
        var costs = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var isPlainFirst = round % 2 == 0;
            var first = await RoundAsync(isPlainFirst ? plain : traced);
            var second = await RoundAsync(isPlainFirst ? traced : plain);
            var (without, with) = isPlainFirst ? (first, second) : (second, first);
            rates.Add(without.Seconds / with.Seconds);
            costs.Add(with.ProcessorSeconds / without.ProcessorSeconds);
        }

        return
        [
            new("telemetry_rate_ratio", Percentiles.Of(rates, 0.5), ">= 0.97", $"tasks a second (4 images) with traces, metrics and logs to without, median of {Rounds} pairs"),
            new("telemetry_processor_ratio", Percentiles.Of(costs, 0.5), "<= 1.03", "the same: processor time of the server"),
        ];
    }

    private static async Task<(double Seconds, double ProcessorSeconds)> RoundAsync(MeasuredServer server)
    {
        using var client = new ServiceClient(server.Address);
        var before = server.ProcessorTime;
        var started = Stopwatch.GetTimestamp();
        await Load.PostAsync(client, ScenarioBody.Create(ServiceBenchmark.Images), Tasks, ServiceBenchmark.Clients);
        await ServiceBenchmark.UntilNoneIsOpenAsync(client);
        return (Stopwatch.GetElapsedTime(started).TotalSeconds, (server.ProcessorTime - before).TotalSeconds);
    }

    private static Task<MeasuredServer> StartAsync(params (string Name, string Value)[] settings) => MeasuredServer.StartAsync(
        [("EMULATOR_LATENCY_SECONDS", "0"), ("EMULATOR_CONCURRENCY", "10000"), .. settings]);

    private static async Task<WebApplication> StartCollectorAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapPost("/v1/{signal}", async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.StatusCode = StatusCodes.Status200OK;
        });
        await app.StartAsync();
        return app;
    }
}
