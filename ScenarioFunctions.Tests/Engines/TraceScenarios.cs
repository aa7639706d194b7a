using System.Collections.Concurrent;
using System.Diagnostics;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Telemetry;
using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Engines;

/// <summary>Tests that listen to the service's spans. No other test runs meanwhile, as a listener hears the whole process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Listening
{
    public const string Name = "Listening";
}

/// <summary>The spans of steps, on either engine.</summary>
public abstract class TraceScenarios : EngineScenarios, IDisposable
{
    private readonly ConcurrentQueue<Activity> ended = new();
    private readonly ActivityListener listener;

    protected TraceScenarios(EngineHost host)
        : base(host)
    {
        listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ServiceTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
    }

    protected IEnumerable<Activity> Attempts => ended.Where(span => span.OperationName.EndsWith(" attempt", StringComparison.Ordinal));

    protected IReadOnlyList<Activity> Ended => [.. ended];

    public void Dispose()
    {
        listener.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Each_attempt_of_a_step_is_a_span_and_only_the_failed_one_is_in_error()
    {
        var failures = 1;
        Backend.Before = act => act == "save_scenes" && Interlocked.Decrement(ref failures) >= 0
            ? throw new StorageException("busy", isTransient: true)
            : Task.CompletedTask;

        await Host.RunAsync(scenes: 3);

        Assert.Equal(
            ["CheckCredits", "GenerateSceneImage", "GenerateSceneImage", "ReleaseCredits", "SaveScenario", "SaveScenes", "SaveScenes"],
            Attempts.Select(span => span.OperationName.Split(' ')[0]).Order(StringComparer.Ordinal));
        var failed = Assert.Single(Attempts, span => span.Status == ActivityStatusCode.Error);
        Assert.Equal(("SaveScenes attempt", nameof(StorageException)), (failed.OperationName, failed.GetTagItem("error.type")));
        Assert.Equal([2, 3], Attempts.Select(span => span.GetTagItem(ServiceTelemetry.SceneNumber)).OfType<int>().Order());
        Assert.All(Attempts, span => Assert.Equal(EngineHost.TaskId, span.GetTagItem(ServiceTelemetry.TaskId)));
    }

    [Fact]
    public async Task A_replay_repeats_no_span()
    {
        await CrashAndEndAsync();

        Assert.Equal(
            ["CheckCredits", "GenerateSceneImage", "GenerateSceneImage", "ReleaseCredits", "SaveScenario", "SaveScenes"],
            Attempts.Select(span => span.OperationName.Split(' ')[0]).Order(StringComparer.Ordinal));
    }

    /// <summary>The host dies when it has ordered the first image, and the next one ends the task.</summary>
    protected async Task CrashAndEndAsync()
    {
        Backend.Before = act =>
        {
            if (act == "submit 2" && Backend.Epoch == 0)
            {
                Backend.Crash();
            }

            return Task.CompletedTask;
        };
        await Host.StartAsync(scenes: 3, parallel: 1);
        await Backend.Crashed.WaitAsync(Patience.Limit, Stop);
        await Host.RestartAsync();
        await Host.EndAsync();
    }
}

/// <summary>On the embedded engine.</summary>
[Collection(Listening.Name)]
public sealed class EmbeddedTraceScenarios() : TraceScenarios(new EmbeddedEngineHost())
{
    [Fact]
    public async Task The_first_run_belongs_to_the_trace_of_its_post()
    {
        using var post = new Activity("POST").Start();
        await Host.RunAsync(scenes: 2);
        await Host.UntilAsync(() => Runs.Any());

        var run = Assert.Single(Runs);
        Assert.Equal((post.TraceId, post.SpanId), (run.TraceId, run.ParentSpanId));
        Assert.All(Ended, span => Assert.Equal(post.TraceId, span.TraceId));
        Assert.Equal(
            ["CheckCredits", "GenerateSceneImage", "ReleaseCredits", "SaveScenario", "SaveScenes"],
            Ended.Where(span => span.ParentSpanId == run.SpanId).Select(span => span.OperationName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_run_after_a_restart_has_a_trace_of_its_own_linked_to_that_of_its_post()
    {
        using var post = new Activity("POST").Start();
        await CrashAndEndAsync();
        await Host.UntilAsync(() => Runs.Any());

        var run = Assert.Single(Runs);
        Assert.NotEqual(post.TraceId, run.TraceId);
        var link = Assert.Single(run.Links);
        Assert.Equal((post.TraceId, post.SpanId), (link.Context.TraceId, link.Context.SpanId));
        Assert.Equal(
            ["GenerateSceneImage", "GenerateSceneImage", "ReleaseCredits"],
            Ended.Where(span => span.ParentSpanId == run.SpanId).Select(span => span.OperationName).Order(StringComparer.Ordinal));
    }

    private IEnumerable<Activity> Runs => Ended.Where(span => span.OperationName == "SaveScenarioWorkflow");
}

/// <summary>On the real Durable Task engine, which makes the spans of orchestrations and activities itself.</summary>
[Collection(Listening.Name)]
public sealed class DurableTraceScenarios() : TraceScenarios(new DurableEngineHost());
