using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;
using static ScenarioFunctions.Local.Engine.TaskMessage;
using static ScenarioFunctions.Local.Engine.TaskPhase;

namespace ScenarioFunctions.Local.Engine;

/// <summary>
/// One running task. Everything that happens to it is a message. Messages are handled one at a time, and their effect depends
/// on the phase: see <see cref="Next"/>. While a task has its actor, nobody else writes its records.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Without a timer or a wait handle there is nothing to dispose.")]
internal sealed partial class TaskActor(
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

    private void Show(TaskSnapshot task)
    {
        snapshot = task;
        SignalChange();
    }

    private void SignalChange() => Interlocked.Exchange(ref change, null)?.SetResult();

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
