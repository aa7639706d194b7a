using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Telemetry;
using ScenarioFunctions.Core.Workflow;
using static ScenarioFunctions.Local.Engine.TaskMessage;
using static ScenarioFunctions.Local.Engine.TaskPhase;

namespace ScenarioFunctions.Local.Engine;

/// <summary>
/// One running task. Everything that happens to it is a message. Messages are handled one at a time, and their effect depends
/// on the phase: see <see cref="Next"/>. While a task has its actor, nobody else writes its records.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Without a timer or a wait handle there is nothing to dispose.")]
internal sealed class TaskActor(
    string taskId, TaskStore tasks, StepWorker steps, WorkflowVersions versions, BackgroundWork background, TimeProvider time,
    ILogger logger, Func<TaskRecords, bool> isContinued, Action<TaskActor> release)
    : Mailbox<TaskMessage>, IStepContext
{
    private readonly TaskCompletionSource<TaskSnapshot> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource cancelled = new();
    private readonly WorkflowExecution execution = new(taskId, versions);
    private readonly Dictionary<long, StepCall> onDisk = [];
    private readonly List<TaskCompletionSource<TaskSnapshot>> cancels = [];
    private TaskPhase phase = Replaying;
    private long seq;
    private long nextOrdinal;
    private long nextToDeliver;
    private int underWay;
    private CleanUpInput? cleanUp;
    private bool isWaiting;

    /// <summary>Steps with a lower position may have started before a restart. A cancelled task must end them properly.</summary>
    private int begunBefore;

    private volatile TaskSnapshot? snapshot;

    /// <summary>The task's span in this process, which is the parent of its steps'.</summary>
    private Activity? span;

    /// <summary>Created only when somebody waits, as most tasks are polled.</summary>
    private TaskCompletionSource? change;

    public string TaskId => taskId;

    /// <summary>The task's current state, but never ahead of the disk; null until its records are read.</summary>
    public TaskSnapshot? Snapshot => snapshot;

    /// <summary>The task's final state, once that is on disk.</summary>
    public Task<TaskSnapshot> Ended => ended.Task;

    /// <summary>Completes when <see cref="Snapshot"/> changes the next time, or the actor is done.</summary>
    public Task NextChange
    {
        get
        {
            var signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return (Interlocked.CompareExchange(ref change, signal, null) ?? signal).Task;
        }
    }

    CancellationToken IStepContext.Cancelled => cancelled.Token;

    ValueTask<bool> IStepContext.IsCancelledAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(cancelled.IsCancellationRequested);

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

    /// <summary>Cancels the task unless it has ended. Completes when its end is on disk.</summary>
    /// <exception cref="StorageException">The write failed. Another cancel will show whether the task goes on.</exception>
    public Task<TaskSnapshot> CancelAsync()
    {
        var answer = new TaskCompletionSource<TaskSnapshot>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(new CancelAsked(answer));
        return answer.Task;
    }

    /// <summary>Ends the task's span, with the state that the task has come to.</summary>
    public void EndSpan() => TaskSpan.End(Interlocked.Exchange(ref span, null), snapshot);

    protected override void Handle(TaskMessage message)
    {
        try
        {
            phase = Next(message);
        }
        catch (Exception exception)
        {
            EngineLog.TaskFailed(logger, exception, taskId, exception.Message);
        }
    }

    /// <summary>Handles a message: phase × message → what happens.</summary>
    /// <returns>The next phase.</returns>
    private TaskPhase Next(TaskMessage message) => (phase, message) switch
    {
        (Replaying, RecordsAtHand at) => Begin(at.Records),
        (Replaying, NotWritten not) => Drop(not.Reason),

        (Live or Ending or WindingDown, StepEnded step) => Record(step),
        (Live, StepOnDisk step) => Deliver(step),
        (Ending, StepOnDisk step) => Keep(step),
        (WindingDown, StepOnDisk step) => WindDown(step),
        (WindingDown, StepLeftOut) => CountDown(),
        (WindingDown, CleanedUpAfter) => WriteSettled(),

        (Replaying or Ending, CancelAsked cancel) => Wait(cancel),
        (Live or Waiting, CancelAsked cancel) => WriteCancel(cancel),
        (WindingDown or Settled, CancelAsked cancel) => Answer(cancel),

        (Ending, EndOnDisk end) => End(end),
        (Replaying or Ending, DiskRefused refused) => Refuse(refused.Reason),
        (Ending, StillOpen) => Continue(),
        (WindingDown, SettledOnDisk) => Leave(Settled),

        _ => throw new InvalidOperationException($"{message.GetType().Name} cannot come while {phase}."),
    };

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

    private void Show(TaskSnapshot task)
    {
        snapshot = task;
        TellOfChange();
    }

    private void TellOfChange() => Interlocked.Exchange(ref change, null)?.SetResult();

    /// <summary>There is no such task.</summary>
    private TaskPhase Drop(Exception reason)
    {
        var unavailable = new EngineUnavailableException($"The task could not be started: {reason.Message}", reason);
        ended.SetException(unavailable);
        _ = ended.Task.Exception; // marks it as observed, as often nobody waits for it
        Refuse(unavailable);
        return Leave(Settled);
    }

    /// <summary>Continues the workflow, if this program has it, unless a cancel is waiting.</summary>
    private TaskPhase Continue() => cancels.Count > 0 ? WriteCancel() : isWaiting ? Leave(Waiting) : Deliver();

    private TaskPhase Record(StepEnded step)
    {
        var entry = new JournalEntry(nextOrdinal++, step.Call.Position, step.Call.Step, step.Result);
        Write(() => tasks.AppendAsync(seq, entry), new StepOnDisk(step.Call, entry.Ordinal));
        return phase;
    }

    private TaskPhase Keep(StepOnDisk step)
    {
        underWay--;
        onDisk.Add(step.Ordinal, step.Call);
        return phase;
    }

    /// <summary>Passes results that are on disk to the workflow, and does what it asks for next.</summary>
    private TaskPhase Deliver(StepOnDisk? step = null)
    {
        DeliverInOrder(step);
        if (!ReferenceEquals(snapshot!.Progress, execution.Progress))
        {
            Show(snapshot.Running(execution.Progress, time.GetUtcNow()));
        }

        if (execution.Workflow.IsCompleted)
        {
            return WriteEnd(snapshot.EndedWith(execution.Workflow, time.GetUtcNow()));
        }

        foreach (var call in execution.TakeCalls())
        {
            Start(call);
        }

        return Live;
    }

    /// <summary>Passes results in the order of a later replay: a result waits for all that come before it.</summary>
    private void DeliverInOrder(StepOnDisk? step)
    {
        if (step is not null)
        {
            Keep(step);
        }

        while (onDisk.Remove(nextToDeliver, out var call))
        {
            nextToDeliver++;
            execution.Deliver(call);
        }
    }

    private void Start(StepCall call)
    {
        underWay++;
        background.Run(taskId, async () =>
        {
            await Task.Yield(); // so that the mailbox does not wait for the step
            if (cancelled.IsCancellationRequested && !MayBeUnderWay(call))
            {
                Post(new StepLeftOut());
            }
            else if (await InSpanAsync(() => call.ExecuteAsync(steps, taskId, this)) is { } result)
            {
                Post(new StepEnded(call, result));
            }

            // Otherwise the host is stopping, and the next start runs the step again, even after a cancel.
        });
    }

    private TaskPhase Wait(CancelAsked cancel)
    {
        cancels.Add(cancel.Answer);
        return phase;
    }

    private TaskPhase WriteCancel(CancelAsked? cancel = null)
    {
        if (cancel is not null)
        {
            Wait(cancel);
        }

        var task = snapshot!.Cancelled(time.GetUtcNow());
        background.Run(taskId, async () =>
        {
            try
            {
                if (await tasks.EndAsync(seq, task, settled: false))
                {
                    Post(new EndOnDisk(task, IsSettled: false));
                    return;
                }
            }
            catch (Exception exception)
            {
                Post(new DiskRefused(exception));
            }

            // A write that failed may be on disk nevertheless. Until that is known, no step starts.
            var row = await UntilReadAsync(() => tasks.Find(taskId)!);
            Post(row.IsOpen ? new StillOpen() : new EndOnDisk(row.Snapshot, row.IsSettled));
        });
        return Ending;
    }

    /// <summary>Writes the end of the workflow. An earlier attempt that was reported as failed may be on disk.</summary>
    private TaskPhase WriteEnd(TaskSnapshot task)
    {
        Write(() => tasks.EndAsync(seq, task, settled: true), new EndOnDisk(task, IsSettled: true));
        return Ending;
    }

    private TaskPhase End(EndOnDisk end)
    {
        var seconds = Math.Round((end.Task.UpdatedAt - end.Task.CreatedAt).TotalSeconds, 3);
        EngineLog.TaskEnded(logger, taskId, end.Task.State, seconds, end.Task.Progress.Message);
        ServiceMetrics.TaskEnded(
            end.Task.TaskType, EnumNames.Of(end.Task.State), end.Task.Error?.Code, end.Task.UpdatedAt - end.Task.CreatedAt);
        return Close(end.Task, end.IsSettled);
    }

    /// <summary>The task's end is on disk. The running steps of a cancelled task still have to end.</summary>
    private TaskPhase Close(TaskSnapshot task, bool isSettled)
    {
        Show(task);
        if (!isSettled)
        {
            cancelled.Cancel();
        }

        tasks.ReportEnd(task);
        ended.SetResult(task);
        cancels.ForEach(answer => answer.SetResult(task));
        cancels.Clear();
        if (isSettled)
        {
            return Leave(Settled);
        }

        return WindDown();
    }

    /// <summary>Calls only those steps again that say that they have not finished.</summary>
    private TaskPhase WindDown(StepOnDisk? step = null)
    {
        DeliverInOrder(step);
        foreach (var call in execution.TakeCalls().Where(MayBeUnderWay))
        {
            Start(call);
        }

        return CleanUpWhenQuiet();
    }

    private bool MayBeUnderWay(StepCall call) => call.Position < begunBefore || call.IsContinuation;

    private TaskPhase CountDown()
    {
        underWay--;
        return CleanUpWhenQuiet();
    }

    private TaskPhase CleanUpWhenQuiet()
    {
        if (underWay > 0)
        {
            return WindingDown;
        }

        if (cleanUp is null)
        {
            return WriteSettled();
        }

        background.Run(taskId, async () =>
        {
            await Task.Yield();
            if (await InSpanAsync(() => steps.RunAsync(WorkflowSteps.CleanUp, taskId, cleanUp, this)) is not null)
            {
                Post(new CleanedUpAfter());
            }

            // Otherwise the host is stopping, and the next start cleans up.
        });
        return WindingDown;
    }

    /// <summary>Records that the cancelled task is cleaned up, so that a restart does not continue it.</summary>
    private TaskPhase WriteSettled()
    {
        Write(() => tasks.SettleAsync(seq), new SettledOnDisk());
        return WindingDown;
    }

    /// <summary>Gives up its place among the running tasks.</summary>
    private TaskPhase Leave(TaskPhase last)
    {
        EndSpan();
        release(this);
        TellOfChange();
        return last;
    }

    private TaskPhase Answer(CancelAsked cancel)
    {
        cancel.Answer.SetFromTask(ended.Task);
        return phase;
    }

    private TaskPhase Refuse(Exception reason)
    {
        cancels.ForEach(answer => answer.SetException(reason));
        cancels.Clear();
        return phase;
    }

    /// <summary>Runs a step within the task's span, however it was called.</summary>
    private async Task<T> InSpanAsync<T>(Func<Task<T>> run)
    {
        Activity.Current = span;
        return await run();
    }

    private void Write(Func<Task> write, TaskMessage done) => background.Run(taskId, async () =>
    {
        await background.UntilWrittenAsync(taskId, write);
        Post(done);
    });

    private Task<T> UntilReadAsync<T>(Func<T> read) =>
        background.UntilReadAsync(taskId, read, exception => Post(new DiskRefused(exception)));
}
