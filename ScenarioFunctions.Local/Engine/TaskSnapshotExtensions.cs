using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Local.Engine;

/// <summary>What is told of a task as it goes on.</summary>
internal static class TaskSnapshotExtensions
{
    /// <summary>It has just been taken in.</summary>
    public static TaskSnapshot ToPendingTask(this SaveScenarioInput input, string taskId, DateTimeOffset now) => new()
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

    public static TaskSnapshot Running(this TaskSnapshot task, WorkflowProgress progress, DateTimeOffset now) =>
        task with { State = TaskState.Running, Progress = progress, UpdatedAt = now };

    public static TaskSnapshot Cancelled(this TaskSnapshot task, DateTimeOffset now) => task with
    {
        State = TaskState.Cancelled,
        Progress = task.Progress with { Message = "Cancelled" },
        UpdatedAt = now,
    };

    public static TaskSnapshot Failed(this TaskSnapshot task, TaskError error, DateTimeOffset now) => task with
    {
        State = TaskState.Failed,
        Progress = task.Progress with { Message = error.Message, Error = error },
        UpdatedAt = now,
        Error = error,
    };

    /// <param name="task">As it was last.</param>
    /// <param name="workflow">It has ended.</param>
    /// <param name="now">When.</param>
    public static TaskSnapshot EndedWith(this TaskSnapshot task, Task<SaveScenarioResult> workflow, DateTimeOffset now)
    {
        if (workflow.IsCompletedSuccessfully)
        {
            return task with { State = TaskState.Completed, UpdatedAt = now, Result = workflow.Result };
        }

        var fault = workflow.Exception?.InnerException;
        return task.Failed(
            fault is WorkflowFailedException failed
                ? failed.Error
                : new TaskError(TaskErrorCodes.InternalError, $"The workflow broke off: {fault?.Message}"),
            now);
    }
}
