using System.Net.Http.Json;
using System.Text.Json;
using ScenarioFunctions.Chaos.Storm;
using ScenarioFunctions.Core.Telemetry;
using ScenarioFunctions.Tests.Infrastructure;
using ScenarioFunctions.Tests.Infrastructure.Otlp;
using ScenarioFunctions.Tests.Infrastructure.Otlp.Protocol;

namespace ScenarioFunctions.Tests.Local.Telemetry;

/// <summary>What a server process with <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> sends to a collector about its tasks.</summary>
public sealed class TraceTests : IAsyncLifetime, IDisposable
{
    private const string Prompt = "a lighthouse at dusk";

    private readonly TemporaryFolder folder = new();
    private OtlpReceiver? receiver;

    private OtlpReceiver Receiver => receiver!;

    public async ValueTask InitializeAsync() => receiver = await OtlpReceiver.StartAsync();

    public ValueTask DisposeAsync() => Receiver.DisposeAsync();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task One_trace_shows_a_task_from_its_post_to_each_call_to_RunwayML()
    {
        using var server = Start();
        var taskId = await PostAsync(server, Prompt);
        await Receiver.UntilAsync(_ => RunsOf(taskId).Count == 1);
        await server.KillAsync();

        var run = RunsOf(taskId).Single();
        var trace = Receiver.Spans.Where(span => span.TraceId == run.TraceId).ToList();
        var request = trace.Single(span => span.SpanId == run.ParentSpanId);
        Assert.Equal("POST /scenario/save", request.Name);
        Assert.Equal("completed", run.Attributes.Text("scenario.task.status"));
        Assert.Equal(["CheckCredits", "GenerateSceneImage", "ReleaseCredits", "SaveScenario", "SaveScenes"], NamesUnder(run));

        var image = Under(run).Single(span => span.Name == "GenerateSceneImage");
        var attempt = Assert.Single(Under(image));
        Assert.Equal(("GenerateSceneImage attempt", "2", "completed"), (
            attempt.Name, attempt.Attributes.Text(ServiceTelemetry.SceneNumber), attempt.Attributes.Text("scenario.image.status")));
        var generation = Under(attempt).Single(span => span.Name.StartsWith("generate_content ", StringComparison.Ordinal));
        Assert.Equal(("runwayml", "image"), (
            generation.Attributes.Text("gen_ai.provider.name"), generation.Attributes.Text("gen_ai.output.type")));
        Assert.NotEmpty(generation.Attributes.Text("gen_ai.response.id"));
        Assert.Single(Under(generation), call => call.Attributes.Text("url.full").EndsWith("/v1/text_to_image", StringComparison.Ordinal));
        Assert.Contains(Under(generation), call => call.Attributes.Text("url.full").Contains("/v1/tasks/", StringComparison.Ordinal));

        Assert.Equal(["save-scenario"], Receiver.Services);
        Assert.DoesNotContain(Receiver.Spans, span => span.ToString().Contains("lighthouse", StringComparison.Ordinal));
        Assert.DoesNotContain(Receiver.Spans, span => span.ToString().Contains("secret-key", StringComparison.Ordinal));
        Assert.DoesNotContain(Receiver.Spans, span => span.Attributes.Text("url.path").StartsWith("/emulators", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_task_that_is_continued_after_a_kill_has_a_trace_of_its_own_linked_to_that_of_its_post()
    {
        string taskId;
        Span posted;
        using (var server = Start())
        {
            taskId = await PostAsync(server, "emulator:slow=600");
            await Receiver.UntilAsync(now => now.Spans.Any(span => span.Name == "POST /scenario/save")
                && OfTask(taskId).Any(span => span.Name == "CheckCredits"));
            posted = Receiver.Spans.Single(span => span.Name == "POST /scenario/save");
            await server.KillAsync();
        }

        using var next = Start();
        using var client = await ClientAsync(next);
        (await client.DeleteAsync($"/scenario/save/tasks/{taskId}", TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        await Receiver.UntilAsync(_ => RunsOf(taskId).Count == 1);
        await next.KillAsync();

        var run = RunsOf(taskId).Single();
        Assert.NotEqual(posted.TraceId, run.TraceId);
        Assert.True(run.ParentSpanId.IsEmpty);
        var link = Assert.Single(run.Links);
        Assert.Equal((posted.TraceId, posted.SpanId), (link.TraceId, link.SpanId));
        Assert.Equal("cancelled", run.Attributes.Text("scenario.task.status"));
        Assert.Equal(["CheckCredits", "SaveScenario", "SaveScenes"], OfTask(taskId)
            .Where(span => span.TraceId == posted.TraceId && !span.Name.EndsWith(" attempt", StringComparison.Ordinal))
            .Select(span => span.Name).Order());
        Assert.DoesNotContain(OfTask(taskId), span => span.TraceId == run.TraceId && span.Name.StartsWith("Save", StringComparison.Ordinal) && span != run);
    }

    [Fact]
    public async Task A_warning_is_sent_with_its_task_and_trace_and_what_the_spans_tell_is_not()
    {
        using var server = Start();
        var taskId = await PostAsync(server, "emulator:reject");
        await Receiver.UntilAsync(now => RunsOf(taskId).Count == 1 && now.Logs.Any(log => log.Attributes.Text("TaskId") == taskId));
        await server.KillAsync();

        var run = RunsOf(taskId).Single();
        Assert.Contains(Receiver.Logs, log => log.TraceId == run.TraceId && log.Attributes.Text("TaskId") == taskId);
        Assert.DoesNotContain(Receiver.Logs, log => log.SeverityText == "Information");
    }

    private ServerProcess Start()
    {
        var settings = new Dictionary<string, string>(Receiver.Settings)
        {
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
            ["API_KEY"] = "secret-key",
            ["EMULATOR_LATENCY_SECONDS"] = "0",
            ["RUNWAYML_POLL_SECONDS"] = "0.05",
        };
        return ServerProcess.Start(
            Path.Combine(AppContext.BaseDirectory, "ScenarioFunctions.Local.dll"), folder.File("data"), folder.File("log"), settings);
    }

    private static async Task<HttpClient> ClientAsync(ServerProcess server)
    {
        var client = new HttpClient { BaseAddress = await server.AddressAsync(TestContext.Current.CancellationToken) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", "secret-key");
        return client;
    }

    private static async Task<string> PostAsync(ServerProcess server, string prompt)
    {
        using var client = await ClientAsync(server);
        using var answer = await client.PostAsJsonAsync(
            "/scenario/save",
            new { short_id = "s", user_id = "u", scenario = new { title = "t", scenes = new[] { new { image_prompt = "a" }, new { image_prompt = prompt } } } },
            TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
        var task = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return task.GetProperty("task_id").GetString()!;
    }

    private List<Span> OfTask(string taskId) =>
        [.. Receiver.Spans.Where(span => span.Attributes.Text(ServiceTelemetry.TaskId) == taskId)];

    private List<Span> RunsOf(string taskId) => [.. OfTask(taskId).Where(span => span.Name == "SaveScenarioWorkflow")];

    private List<Span> Under(Span parent) => [.. Receiver.Spans.Where(span => span.ParentSpanId == parent.SpanId)];

    private IEnumerable<string> NamesUnder(Span parent) => Under(parent).Select(span => span.Name).Order(StringComparer.Ordinal);
}
