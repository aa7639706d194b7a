using System.Diagnostics;

namespace ScenarioFunctions.Core.Telemetry;

/// <summary>
/// The service's own spans. Without a listener they cost nothing: a host adds one when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set.
/// No span has a secret, a prompt or a posted text. docs/observe.md describes each.
/// </summary>
public static class ServiceTelemetry
{
    /// <summary>The name of the source of spans, and of the meter.</summary>
    public const string Name = "SaveScenario";

    /// <summary>The id of a task, on every span of it.</summary>
    public const string TaskId = "scenario.task.id";

    /// <summary>The number of a scene within its scenario.</summary>
    public const string SceneNumber = "scenario.scene.number";

    public static ActivitySource Source { get; } = new(Name);

    /// <summary>The trace context to record with a new task, in the format of W3C's <c>traceparent</c>; null when nobody traces.</summary>
    public static string? CurrentTraceParent => Source.HasListeners() ? Activity.Current?.Id : null;

    /// <summary>Starts the span of a step.</summary>
    /// <param name="name">The step's name.</param>
    /// <param name="taskId">The step's task.</param>
    /// <param name="input">The step's input.</param>
    public static Activity? StartStep(string name, string taskId, object? input)
    {
        var span = Source.StartActivity(name)?.SetTag(TaskId, taskId);
        span.Describe(input);
        return span;
    }

    /// <summary>Starts the span of one attempt of a step.</summary>
    /// <inheritdoc cref="StartStep"/>
    public static Activity? StartAttempt(string name, string taskId, object? input) =>
        Source.HasListeners() ? StartStep($"{name} attempt", taskId, input) : null;

    /// <summary>Adds what a step's input or result tells of itself.</summary>
    public static void Describe(this Activity? span, object? value)
    {
        if (span is { IsAllDataRequested: true } && value is ITraced traced)
        {
            traced.Describe(span);
        }
    }

    /// <summary>Marks a span as failed. The exception's message stays in the log: a span only has its type.</summary>
    public static void SetFailed(this Activity? span, string errorType) =>
        span?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", errorType);
}

/// <summary>An input or result that describes itself on the span of its step.</summary>
internal interface ITraced
{
    /// <summary>Adds tags. A method, because a property would be written to the journal.</summary>
    void Describe(Activity span);
}
