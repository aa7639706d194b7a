using System.Text.Json;
using Microsoft.DurableTask.Client;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Engine;

/// <summary>Makes a task's snapshot from Durable Task's metadata of its orchestration.</summary>
internal static class TaskSnapshots
{
    /// <param name="instance">Fetched with inputs and outputs.</param>
    /// <param name="versions">Those that this program has; null to see the state that the task has in the hub.</param>
    public static TaskSnapshot Of(OrchestrationMetadata instance, WorkflowVersions? versions = null)
    {
        var input = JsonSerializer.Deserialize(instance.SerializedInput!, CoreJson.Default.SaveScenarioInput)!;
        var state = RuntimeStates.StateOf(instance.RuntimeStatus);
        var progress = ProgressOf(instance, input);
        var result = state == TaskState.Completed
            ? JsonSerializer.Deserialize(instance.SerializedOutput!, CoreJson.Default.SaveScenarioResult)
            : null;
        var task = new TaskSnapshot
        {
            TaskId = instance.InstanceId,
            TaskType = TaskTypes.Of(input),
            WorkflowVersion = input.WorkflowVersion ?? WorkflowVersions.First,
            State = state,
            CreatedAt = instance.CreatedAt,
            UpdatedAt = instance.LastUpdatedAt,
            ShortId = input.ShortId,
            UserId = input.UserId,
            Title = input.Scenario.Details.Title,
            SceneCount = input.Scenario.Scenes.Count,
            RequestHash = input.RequestHash,
            Callback = input.Callback,
            Progress = result is null ? progress : progress with { Scenes = result.Scenes },
            Result = result,
            Error = state == TaskState.Failed ? progress.Error ?? Unexplained(instance) : null,
        };
        return state.IsFinal() || versions?.Has(task.WorkflowVersion) != false ? task : task.Waiting(versions);
    }

    /// <summary>The task for the index.</summary>
    /// <param name="instance">Without its input, which is why its user is given.</param>
    /// <param name="userId">Null when it is not known.</param>
    public static IndexedTask EntryOf(OrchestrationMetadata instance, string? userId) => IndexedTask.Of(
        instance.InstanceId, userId, instance.CreatedAt, instance.LastUpdatedAt, RuntimeStates.StateOf(instance.RuntimeStatus));

    private static WorkflowProgress ProgressOf(OrchestrationMetadata instance, SaveScenarioInput input) =>
        string.IsNullOrEmpty(instance.SerializedCustomStatus) || instance.SerializedCustomStatus == "null"
            ? Workflows.FirstProgress(input)
            : JsonSerializer.Deserialize<WorkflowProgress>(instance.SerializedCustomStatus, HostJson.Options)!;

    /// <summary>The workflow reports why it fails. Without such a report, the service itself has failed.</summary>
    private static TaskError Unexplained(OrchestrationMetadata instance) => new(
        TaskErrorCodes.InternalError, instance.FailureDetails?.ErrorMessage ?? "The task failed; see the logs.");
}

/// <summary>Maps Durable Task's states to ours and back, in one table.</summary>
internal static class RuntimeStates
{
#pragma warning disable CS0618 // Two states are obsolete, but older instances may have them.
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

    /// <summary>All states, except the one that the client does not accept here.</summary>
    public static OrchestrationRuntimeStatus[] NeverReplaced { get; } =
        [.. States.Keys.Where(status => status != OrchestrationRuntimeStatus.ContinuedAsNew)];
#pragma warning restore CS0618

    /// <summary>The states of an orchestration that may start over once it has ended.</summary>
    public static OrchestrationRuntimeStatus[] ReplacedOnceEnded { get; } = [.. NeverReplaced.Where(status => !StateOf(status).IsFinal())];

    public static TaskState StateOf(OrchestrationRuntimeStatus status) => States[status];

    /// <summary>Those of a task that has not ended.</summary>
    public static IEnumerable<OrchestrationRuntimeStatus> Open => StatusesOf(TaskState.Pending).Concat(StatusesOf(TaskState.Running));

    public static IEnumerable<OrchestrationRuntimeStatus> StatusesOf(TaskState state) =>
        States.Where(pair => pair.Value == state).Select(pair => pair.Key);
}
