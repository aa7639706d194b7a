using System.Collections.Concurrent;
using System.Net;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Tests.Infrastructure.Otlp.Protocol;

namespace ScenarioFunctions.Tests.Infrastructure.Otlp;

/// <summary>A collector on a free loopback port that keeps all that it is sent by OTLP over HTTP.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<(Resource Resource, Span Span)> spans = new();
    private readonly ConcurrentQueue<Metric> metrics = new();
    private readonly ConcurrentQueue<LogRecord> logs = new();

    private OtlpReceiver(WebApplication app) => this.app = app;

    public IReadOnlyList<Span> Spans => [.. spans.Select(one => one.Span)];

    /// <summary>The names of the services that have sent spans.</summary>
    public IEnumerable<string> Services => spans.Select(one => one.Resource.Attributes.Text("service.name")).Distinct();

    public IReadOnlyList<Metric> Metrics => [.. metrics];

    public IReadOnlyList<LogRecord> Logs => [.. logs];

    /// <summary>What makes a process send to it, often.</summary>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "50",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "50",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
    };

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        var receiver = new OtlpReceiver(builder.Build());
        receiver.app.MapPost("/v1/traces", request => TakeAsync(request, ExportTraceServiceRequest.Parser, receiver.Add));
        receiver.app.MapPost("/v1/metrics", request => TakeAsync(request, ExportMetricsServiceRequest.Parser, receiver.Add));
        receiver.app.MapPost("/v1/logs", request => TakeAsync(request, ExportLogsServiceRequest.Parser, receiver.Add));
        await receiver.app.StartAsync();
        return receiver;
    }

    public Task UntilAsync(Func<OtlpReceiver, bool> isSo) => Patience.UntilAsync(
        () => Task.FromResult(isSo(this)),
        () => $"Spans: {string.Join(", ", Spans.Select(span => span.Name).Distinct())}. Metrics: {string.Join(", ", Metrics.Select(metric => metric.Name).Distinct())}",
        TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private void Add(ExportTraceServiceRequest request)
    {
        foreach (var sent in request.ResourceSpans)
        {
            foreach (var span in sent.ScopeSpans.SelectMany(scope => scope.Spans))
            {
                spans.Enqueue((sent.Resource, span));
            }
        }
    }

    private void Add(ExportMetricsServiceRequest request)
    {
        foreach (var metric in request.ResourceMetrics.SelectMany(sent => sent.ScopeMetrics).SelectMany(scope => scope.Metrics))
        {
            metrics.Enqueue(metric);
        }
    }

    private void Add(ExportLogsServiceRequest request)
    {
        foreach (var log in request.ResourceLogs.SelectMany(sent => sent.ScopeLogs).SelectMany(scope => scope.LogRecords))
        {
            logs.Enqueue(log);
        }
    }

    private static async Task TakeAsync<T>(HttpContext context, MessageParser<T> parser, Action<T> add)
        where T : IMessage<T>
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        add(parser.ParseFrom(body.ToArray()));
        context.Response.ContentType = "application/x-protobuf"; // an empty answer means that all was taken
    }
}

internal static class OtlpAttributes
{
    /// <returns>The attribute as text; empty when there is none.</returns>
    public static string Text(this IEnumerable<KeyValue> attributes, string key)
    {
        var value = attributes.FirstOrDefault(attribute => attribute.Key == key)?.Value;
        return value?.ValueCase switch
        {
            AnyValue.ValueOneofCase.StringValue => value.StringValue,
            AnyValue.ValueOneofCase.IntValue => $"{value.IntValue}",
            _ => "",
        };
    }
}
