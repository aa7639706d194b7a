using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Local.Engine;

/// <summary>The states of a task over its life.</summary>
internal static class TaskSnapshotExtensions
{
    /// <summary>The state of a new task.</summary>
    public static TaskSnapshot ToPendingTask(this SaveScenarioInput input, string taskId, int workflowVersion, DateTimeOffset now) => new()
    {
        TaskId = taskId,
        TaskType = TaskTypes.Of(input),
        WorkflowVersion = workflowVersion,
        State = TaskState.Pending,
        CreatedAt = now,
        UpdatedAt = now,
        ShortId = input.ShortId,
        UserId = input.UserId,
        Title = input.Scenario.Details.Title,
        SceneCount = input.Scenario.Scenes.Count,
        RequestHash = input.RequestHash,
        Callback = input.Callback,
        Progress = Workflows.FirstProgress(input),
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

    /// <param name="task">Its last state.</param>
    /// <param name="workflow">Has ended.</param>
    /// <param name="now">The time of the end.</param>
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
                : new TaskError(TaskErrorCodes.InternalError, $"The workflow failed unexpectedly: {fault?.Message}"),
            now);
    }
}
