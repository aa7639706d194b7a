using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Local.Cli.Client;

/// <summary>What is read of a task as <c>GET /scenario/save/tasks/{task_id}</c> tells it.</summary>
internal sealed record SaveTask
{
    public required string TaskId { get; init; }
    public required TaskState Status { get; init; }

    /// <summary>0 to 100.</summary>
    public int Progress { get; init; }

    public string Message { get; init; } = "";
    public SaveTaskMetadata? Metadata { get; init; }
    public IReadOnlyList<SceneProgress> Scenes { get; init; } = [];
    public SaveTaskResult? Result { get; init; }
    public TaskError? Error { get; init; }
}
