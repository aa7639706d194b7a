using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Local.Engine;

/// <summary>What is told of one task: how far it is, and then how it ended.</summary>
internal sealed class RunReport(TaskSnapshot start, TimeProvider time)
{
    private readonly Lock gate = new();
    private bool isHeld;
    private WorkflowProgress? heldBack;
    private volatile TaskSnapshot snapshot = start;

    /// <summary>The task as of now.</summary>
    public TaskSnapshot Snapshot => snapshot;

    public void Publish(WorkflowProgress progress)
    {
        lock (gate)
        {
            if (isHeld)
            {
                heldBack = progress;
            }
            else
            {
                snapshot = Now(TaskState.Running, progress);
            }
        }
    }

    /// <summary>The task is about to end as it is: from now on nothing is published.</summary>
    public void Hold()
    {
        lock (gate)
        {
            isHeld = true;
        }
    }

    /// <summary>It did not end.</summary>
    public void GoOn()
    {
        lock (gate)
        {
            isHeld = false;
            snapshot = heldBack is null ? snapshot : Now(TaskState.Running, heldBack);
            heldBack = null;
        }
    }

    public void Close(TaskSnapshot final)
    {
        lock (gate)
        {
            snapshot = final;
        }
    }

    public TaskSnapshot Cancelled() => Now(TaskState.Cancelled, snapshot.Progress with { Message = "Cancelled" });

    public TaskSnapshot Failed(TaskError error) =>
        Now(TaskState.Failed, snapshot.Progress with { Message = error.Message, Error = error }) with { Error = error };

    /// <param name="workflow">It has ended.</param>
    public TaskSnapshot Outcome(Task<SaveScenarioResult> workflow)
    {
        if (workflow.IsCompletedSuccessfully)
        {
            return Now(TaskState.Completed, snapshot.Progress) with { Result = workflow.Result };
        }

        var fault = workflow.Exception?.InnerException;
        return Failed(fault is WorkflowFailedException failed
            ? failed.Error
            : new TaskError(TaskErrorCodes.InternalError, $"The workflow broke off: {fault?.Message}"));
    }

    private TaskSnapshot Now(TaskState state, WorkflowProgress progress) =>
        snapshot with { State = state, Progress = progress, UpdatedAt = time.GetUtcNow() };
}
