using System.Text.Json.Serialization;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Core.Tasks;

/// <summary>What an engine knows of one task at one moment.</summary>
public sealed record TaskSnapshot
{
    public required string TaskId { get; init; }
    public required TaskState State { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required string ShortId { get; init; }
    public required string UserId { get; init; }
    public required string Title { get; init; }
    public required int SceneCount { get; init; }

    /// <summary>Tells a repeated request from another one under the same <c>Idempotency-Key</c>.</summary>
    public required string RequestHash { get; init; }

    /// <summary>The last progress that the workflow reported.</summary>
    public required WorkflowProgress Progress { get; init; }

    /// <summary>Set when <see cref="State"/> is <see cref="TaskState.Completed"/>.</summary>
    public SaveScenarioResult? Result { get; init; }

    /// <summary>Set when <see cref="State"/> is <see cref="TaskState.Failed"/>.</summary>
    public TaskError? Error { get; init; }
}

/// <summary>Where a task is.</summary>
[JsonConverter(typeof(EnumNameConverter<TaskState>))]
public enum TaskState
{
    Pending,
    Running,
    Completed,
    Failed,
    Cancelled,
}

public static class TaskStateExtensions
{
    /// <summary>Whether a task in this state never changes again.</summary>
    public static bool IsFinal(this TaskState state) =>
        state is TaskState.Completed or TaskState.Failed or TaskState.Cancelled;
}
