using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Local.Engine;

/// <summary>A task as it stands on disk.</summary>
/// <param name="Seq">Order of creation.</param>
/// <param name="IsOpen">It has not ended; its state and progress are those of its run, or pending without one.</param>
/// <param name="Snapshot">What is known of it.</param>
internal sealed record TaskRow(long Seq, bool IsOpen, TaskSnapshot Snapshot)
{
    /// <summary>The snapshot of a task that has just been taken in.</summary>
    public static TaskSnapshot NewSnapshot(string taskId, SaveScenarioInput input, DateTimeOffset now) => new()
    {
        TaskId = taskId,
        State = TaskState.Pending,
        CreatedAt = now,
        UpdatedAt = now,
        ShortId = input.ShortId,
        UserId = input.UserId,
        Title = input.Scenario.Details.Title,
        SceneCount = input.Scenario.Scenes.Count,
        RequestHash = input.RequestHash,
        Progress = new WorkflowProgress(),
    };
}
