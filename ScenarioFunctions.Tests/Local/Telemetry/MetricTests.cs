using System.Text.Json;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Chaos.Storm;
using ScenarioFunctions.Tests.Infrastructure;
using ScenarioFunctions.Tests.Infrastructure.Otlp;
using ScenarioFunctions.Tests.Infrastructure.Otlp.Protocol;

namespace ScenarioFunctions.Tests.Local.Telemetry;

/// <summary>What a server process with <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> counts and measures, and what the dashboard asks for.</summary>
public sealed class MetricTests
{
    /// <summary>Enough for two images of 2 credits.</summary>
    private const string Credits = "4";

    [Fact]
    public async Task Tasks_images_and_credits_are_counted_and_the_dashboard_finds_what_it_asks_for()
    {
        using var folder = new TemporaryFolder();
        await using var receiver = await OtlpReceiver.StartAsync();
        using var server = ServerProcess.Start(
            Path.Combine(AppContext.BaseDirectory, "ScenarioFunctions.Local.dll"),
            folder.File("data"),
            folder.File("log"),
            new Dictionary<string, string>(receiver.Settings)
            {
                ["EMULATOR_LATENCY_SECONDS"] = "0",
                ["RUNWAYML_POLL_SECONDS"] = "0.05",
                ["LOCAL_STARTING_CREDITS"] = Credits,
            });
        using (var client = new TaskClient(await server.AddressAsync(TestContext.Current.CancellationToken)))
        {
            await client.WaitAsync(await client.PostAsync(Body("a harbour", "emulator:reject"), "first"));
            await client.WaitAsync(await client.PostAsync(Body("a harbour", "a bridge"), "second")); // 2 credits are left
        }

        await receiver.UntilAsync(now => Sum(now, "scenario.tasks") == 2 && Missing(now).Count == 0);
        await server.KillAsync();

        Assert.Equal(1, Sum(receiver, "scenario.images", ("scenario.image.status", "completed"), ("scenario.image.reason", "none")));
        Assert.Equal(1, Sum(receiver, "scenario.images", ("scenario.image.reason", "content_rejected")));
        Assert.Equal(2, Sum(receiver, "scenario.images", ("scenario.image.reason", "insufficient_credits")));
        Assert.Equal(4, Sum(receiver, "scenario.images"));
        Assert.Equal((4, 2, 2), (
            Sum(receiver, "scenario.credits.held"), Sum(receiver, "scenario.credits.charged"), Sum(receiver, "scenario.credits.released")));
        Assert.True(Sum(receiver, "scenario.image_service.credits") > 0);
        Assert.Equal(2, Sum(receiver, "scenario.tasks", ("scenario.task.status", "completed"), ("scenario.task.type", "SAVE_SCENARIO")));
        Assert.Equal(2, Latest(receiver, "scenario.image.duration").Histogram.DataPoints.Sum(point => (long)point.Count));
        Assert.Equal(2, Latest(receiver, "scenario.task.queue.duration").Histogram.DataPoints.Sum(point => (long)point.Count));
        Assert.Equal(["", "content_rejected"], Latest(receiver, "gen_ai.client.operation.duration").Histogram.DataPoints.SelectMany(point =>
        {
            Assert.Equal(("generate_content", "runwayml", "gen4_image"), (
                point.Attributes.Text("gen_ai.operation.name"), point.Attributes.Text("gen_ai.provider.name"),
                point.Attributes.Text("gen_ai.request.model")));
            return Enumerable.Repeat(point.Attributes.Text("error.type"), (int)point.Count);
        }).Order(StringComparer.Ordinal));

        Assert.SkipUnless(Promtool.IsHere, "The dashboard's queries are run by promtool, of Debian's package prometheus. All else passed.");
        var unanswered = await Promtool.FindUnansweredAsync(
            DashboardQuery.ReadAll().Where(query => !query.IsOfTraces).Select(query => query.Text),
            PrometheusSeries.Of(receiver.Metrics),
            folder.Path);
        Assert.True(unanswered is "", unanswered);
    }

    /// <summary>The series, labels and attributes of the dashboard's queries that were not exported.</summary>
    private static List<string> Missing(OtlpReceiver receiver)
    {
        var series = PrometheusSeries.Of(receiver.Metrics).Keys;
        var missing = new List<string>();
        foreach (var query in DashboardQuery.ReadAll())
        {
            var spans = receiver.Spans.Where(span => span.Name == query.SpanName).ToList();
            missing.AddRange(query.Attributes
                .Where(name => !spans.Any(span => span.Attributes.Any(attribute => attribute.Key == name)))
                .Select(name => $"{query.SpanName} with {name}"));
            missing.AddRange(query.Series
                .Where(name => !series.Any(one => one.Name == name && query.Grouping.All(label => one.Labels.Contains($"{label}=\""))))
                .Select(name => $"{name} by {string.Join(", ", query.Grouping)}"));
        }

        return missing;
    }

    private static Metric Latest(OtlpReceiver receiver, string name) => receiver.Metrics.Last(metric => metric.Name == name);

    /// <summary>The sum of the points with these attributes, as of the last export; 0 when there is none.</summary>
    private static long Sum(OtlpReceiver receiver, string name, params (string Key, string Value)[] attributes) =>
        receiver.Metrics.LastOrDefault(metric => metric.Name == name)?.Sum.DataPoints
            .Where(point => attributes.All(wanted => point.Attributes.Text(wanted.Key) == wanted.Value))
            .Sum(point => point.AsInt) ?? 0;

    private static byte[] Body(params string[] prompts) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        short_id = "s",
        user_id = "u",
        scenario = new { title = "t", scenes = prompts.Prepend("first").Select(prompt => new { image_prompt = prompt }) },
    });
}
