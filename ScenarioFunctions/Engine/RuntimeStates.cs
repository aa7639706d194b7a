using Microsoft.DurableTask.Client;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Engine;

/// <summary>Durable Task's states as ours: one table, read in both directions.</summary>
internal static class RuntimeStates
{
#pragma warning disable CS0618 // Two states are out of use, but older instances may have them.
    private static readonly Dictionary<OrchestrationRuntimeStatus, TaskState> States = new()
    {
        [OrchestrationRuntimeStatus.Pending] = TaskState.Pending,
        [OrchestrationRuntimeStatus.Running] = TaskState.Running,
        [OrchestrationRuntimeStatus.ContinuedAsNew] = TaskState.Running,
        [OrchestrationRuntimeStatus.Suspended] = TaskState.Running,
        [OrchestrationRuntimeStatus.Completed] = TaskState.Completed,
        [OrchestrationRuntimeStatus.Failed] = TaskState.Failed,
        [OrchestrationRuntimeStatus.Terminated] = TaskState.Cancelled,
        [OrchestrationRuntimeStatus.Canceled] = TaskState.Cancelled,
    };

    /// <summary>All but the one that the client does not take as a reason to refuse a start.</summary>
    public static OrchestrationRuntimeStatus[] NeverReplaced { get; } =
        [.. States.Keys.Where(status => status != OrchestrationRuntimeStatus.ContinuedAsNew)];
#pragma warning restore CS0618

    public static TaskState StateOf(OrchestrationRuntimeStatus status) => States[status];

    public static IEnumerable<OrchestrationRuntimeStatus> StatusesOf(TaskState state) =>
        States.Where(pair => pair.Value == state).Select(pair => pair.Key);
}
