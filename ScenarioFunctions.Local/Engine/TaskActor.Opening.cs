using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Telemetry;
using ScenarioFunctions.Core.Workflow;
using static ScenarioFunctions.Local.Engine.TaskMessage;
using static ScenarioFunctions.Local.Engine.TaskPhase;

namespace ScenarioFunctions.Local.Engine;

/// <content>How a task comes to run: a new one is written first, one that is on disk is read and replayed.</content>
internal sealed partial class TaskActor
{
    /// <summary>Writes a new task and starts it. A task that is already on disk continues.</summary>
    /// <returns>Whether it is new.</returns>
    public async Task<bool> StartAsync(TaskSnapshot task, SaveScenarioInput input, CancellationToken cancellationToken)
    {
        long? number;
        try
        {
            number = await tasks.InsertAsync(task, TaskRecords.Serialize(input), cancellationToken);
        }
        catch (Exception exception)
        {
            Open(exception);
            if (snapshot is null)
            {
                throw;
            }

            return false;
        }

        if (number is null)
        {
            Open();
            return false;
        }

        var row = new TaskRow(number.Value, IsOpen: true, IsSettled: false, task);
        var records = new TaskRecords(row, input, []);
        span = TaskSpan.Start(records, isContinued: false);
        Post(new RecordsAtHand(records));
        return true;
    }

    /// <summary>Continues a task that is on disk.</summary>
    /// <param name="refused">The error of its write, if that failed: the task may be on disk nevertheless.</param>
    public void Open(Exception? refused = null) => background.Run(taskId, async () =>
    {
        var records = await UntilReadAsync(() => tasks.Find(taskId) is { } row ? TaskRecords.Read(tasks, row) : null);
        if (records is null)
        {
            Post(new NotWritten(refused ?? new StorageException("It is not on disk.", isTransient: false)));
            return;
        }

        span = TaskSpan.Start(records, isContinued(records));
        if (records.HoldToRenew is not { } hold || !versions.Has(records.Row.Snapshot.WorkflowVersion))
        {
            Post(new RecordsAtHand(records));
        }
        else if (await InSpanAsync(() => RenewAsync(hold)) is { } held)
        {
            Post(new RecordsAtHand(records with { NotHeld = held.Error }));
        }

        // Otherwise the host is stopping, and the next start holds the credits.
    });

    /// <summary>Holds the credits again. An attempt whose answer was lost may have held them, so a failure releases them.</summary>
    /// <returns>Null if the host is stopping.</returns>
    private async Task<StepResult<CreditCheck>?> RenewAsync(CheckCreditsInput hold)
    {
        var held = await steps.RunAsync(WorkflowSteps.CheckCredits, taskId, hold, this);
        return held?.Error is not null
            && await steps.RunAsync(WorkflowSteps.ReleaseCredits, taskId, new ReleaseCreditsInput(taskId, null), this) is null
            ? null
            : held;
    }

    private TaskPhase Begin(TaskRecords records)
    {
        var row = records.Row;
        seq = row.Seq;
        cleanUp = records.Input is { } input ? new CleanUpInput(taskId, input.UserId, input.CreditsPerImage) : null;
        if (!versions.Has(row.Snapshot.WorkflowVersion))
        {
            return BeginWithoutWorkflow(row);
        }

        var mismatch = execution.Replay(records);
        var fault = records.NotHeld is { } refused
            ? new TaskError(TaskErrorCodes.CheckCreditsFailed, $"Holding the credits again failed: {refused.Message}")
            : mismatch is null ? null : new TaskError(TaskErrorCodes.JournalMismatch, mismatch);
        if (records.Journal.Count > 0)
        {
            nextOrdinal = nextToDeliver = records.Journal[^1].Ordinal + 1;
            begunBefore = execution.Calls;
        }

        if (row.IsOpen && !isContinued(records))
        {
            ServiceMetrics.TaskStarted(row.Snapshot.TaskType, time.GetUtcNow() - row.Snapshot.CreatedAt);
        }

        var task = row.IsOpen ? row.Snapshot.Running(execution.Progress, time.GetUtcNow()) : row.Snapshot;
        Show(task);
        return !row.IsOpen ? Close(row.Snapshot, row.IsSettled)
            : fault is null ? Continue()
            : WriteEnd(task.Failed(fault, time.GetUtcNow()));
    }

    /// <summary>Without its version of the workflow, a task can only be cancelled, or cleaned up when it was.</summary>
    private TaskPhase BeginWithoutWorkflow(TaskRow row)
    {
        isWaiting = row.IsOpen;
        Show(row.IsOpen ? row.Snapshot.Waiting(versions) : row.Snapshot);
        return row.IsOpen ? Continue() : Close(row.Snapshot, row.IsSettled);
    }

    /// <summary>There is no such task.</summary>
    private TaskPhase Drop(Exception reason)
    {
        var unavailable = new EngineUnavailableException($"The task could not be started: {reason.Message}", reason);
        ended.SetException(unavailable);
        _ = ended.Task.Exception; // marks it as observed, as often nobody waits for it
        Refuse(unavailable);
        return Leave(Settled);
    }
}
