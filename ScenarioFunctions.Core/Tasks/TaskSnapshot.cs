using System.Text.Json.Serialization;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Core.Tasks;

/// <summary>The state of one task at one moment, as its engine knows it.</summary>
public sealed record TaskSnapshot
{
    public required string TaskId { get; init; }

    /// <summary>One of <see cref="TaskTypes"/>.</summary>
    public string TaskType { get; init; } = TaskTypes.SaveScenario;

    /// <summary>The version of the workflow that it runs in: see <see cref="WorkflowVersions"/>.</summary>
    public int WorkflowVersion { get; init; } = WorkflowVersions.First;

    public required TaskState State { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required string ShortId { get; init; }
    public required string UserId { get; init; }
    public required string Title { get; init; }
    public required int SceneCount { get; init; }

    /// <summary>Tells whether two requests with the same <c>Idempotency-Key</c> are the same.</summary>
    public required string RequestHash { get; init; }

    /// <inheritdoc cref="SaveScenarioInput.Callback"/>
    public TaskCallback? Callback { get; init; }

    /// <summary>The progress that the workflow reported last.</summary>
    public required WorkflowProgress Progress { get; init; }

    /// <summary>Set when <see cref="State"/> is <see cref="TaskState.Completed"/>.</summary>
    public SaveScenarioResult? Result { get; init; }

    /// <summary>Set when <see cref="State"/> is <see cref="TaskState.Failed"/>.</summary>
    public TaskError? Error { get; init; }
}

/// <summary>What a task does.</summary>
public static class TaskTypes
{
    public const string SaveScenario = "SAVE_SCENARIO";
    public const string GenerateImages = "GENERATE_IMAGES";

    public static string Of(SaveScenarioInput input) => input.ScenarioId is null ? SaveScenario : GenerateImages;
}

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
    /// <summary>The state of a task whose version of the workflow this program does not have: it waits, and says for what.</summary>
    public static TaskSnapshot Waiting(this TaskSnapshot task, WorkflowVersions versions) => task with
    {
        State = TaskState.Pending,
        Progress = task.Progress with { Message = versions.WaitingFor(task.WorkflowVersion) },
    };

    /// <summary>Whether a task in this state never changes again.</summary>
    public static bool IsFinal(this TaskState state) =>
        state is TaskState.Completed or TaskState.Failed or TaskState.Cancelled;
}
