using System.Diagnostics;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Telemetry;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Local.Engine;

/// <summary>
/// The span of a task's run in this process. The first run belongs to the trace of the request that posted the task. A run that
/// continues a task has a trace of its own, linked to that one: nobody wants a trace that stretches over days of downtime.
/// </summary>
internal static class TaskSpan
{
    /// <returns>The span; null when nobody traces, or nothing is left to run.</returns>
    public static Activity? Start(TaskRecords records, bool isContinued)
    {
        if (records is not { Input: { } input, Row.IsSettled: false } || !ServiceTelemetry.Source.HasListeners())
        {
            return null;
        }

        var hasParent = ActivityContext.TryParse(input.TraceParent, null, isRemote: isContinued, out var posted);
        var caller = Activity.Current;
        Activity.Current = null; // otherwise it would become the parent of a span without one
        try
        {
            return ServiceTelemetry.Source.StartActivity(
                Workflows.NameFor(input),
                ActivityKind.Internal,
                isContinued ? default : posted,
                [new(ServiceTelemetry.TaskId, records.Row.Snapshot.TaskId), new("scenario.task.type", records.Row.Snapshot.TaskType)],
                isContinued && hasParent ? [new ActivityLink(posted)] : null);
        }
        finally
        {
            Activity.Current = caller;
        }
    }

    public static void End(Activity? span, TaskSnapshot? task)
    {
        if (span is null)
        {
            return;
        }

        span.SetTag("scenario.task.status", task is null ? null : EnumNames.Of(task.State));
        if (task?.Error is { } error)
        {
            span.SetFailed(error.Code);
        }

        var caller = Activity.Current;
        span.Dispose();
        Activity.Current = caller; // Dispose has set it to the span that was current at the start
    }
}
