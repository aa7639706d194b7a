using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Local.Engine;

/// <summary>
/// One task under way: runs the steps that the workflow calls, records each, and only then gives it to the
/// workflow. How it ends: <see cref="RunEnding"/>.
/// </summary>
internal sealed class WorkflowRun
{
    private readonly RunServices services;
    private readonly RunJournal journal;
    private readonly WorkflowExecution execution;
    private readonly RunCancellation cancellation = new();
    private readonly RunEnding ending;
    private readonly bool isResumed;
    private readonly Lock gate = new();

    // Under the gate.
    private readonly List<StepCall> held = [];
    private bool delivering = true;
    private int underWay = 1; // the start itself: what it goes on with has to wind down, too

    private volatile bool resuming = true;
    private volatile TaskSnapshot snapshot;

    public WorkflowRun(TaskRow row, long nextOrdinal, RunServices services)
    {
        this.services = services;
        snapshot = row.Snapshot;
        isResumed = nextOrdinal > 0;
        journal = new RunJournal(services, row, nextOrdinal);
        execution = new WorkflowExecution(TaskId, Start, Publish);
        ending = new RunEnding(row.Seq, TaskId, services);
    }

    public string TaskId => snapshot.TaskId;

    /// <summary>The task as of now.</summary>
    public TaskSnapshot Snapshot => snapshot;

    /// <summary>The task as it ended, once that is on disk.</summary>
    public Task<TaskSnapshot> Ended => ending.Ended;

    /// <summary>
    /// Runs the workflow through its journal, and on from there. Of a task that is cancelled by now, the steps
    /// that were under way before a restart wind down.
    /// </summary>
    public async Task BeginAsync(SaveScenarioInput input, IReadOnlyList<JournalEntry> recorded)
    {
        if (execution.Replay(input, recorded) is { } mismatch)
        {
            await RefuseAsync(mismatch);
            return;
        }

        execution.GoLive();
        resuming = false;
        Deliver();
        await StepsLeftAsync();
    }

    /// <summary>Its records cannot be used: the task fails, and nothing is touched.</summary>
    public Task RefuseAsync(string mismatch)
    {
        End(Failed(new TaskError(TaskErrorCodes.JournalMismatch, mismatch)));
        return StepsLeftAsync();
    }

    /// <summary>The task was cancelled before this run; unless a cancel of this run came first, which does the same.</summary>
    public void WasCancelled(TaskSnapshot cancelled)
    {
        if (ending.TryBegin(out _))
        {
            Show(cancelled);
            cancellation.Cancel();
            ending.WasEnded(cancelled);
        }
    }

    /// <summary>Ends the task as cancelled unless it has ended; done when its end is on disk.</summary>
    /// <exception cref="Core.Storage.StorageException">It could not be written: the task goes on.</exception>
    public async Task<TaskSnapshot> CancelAsync()
    {
        if (!ending.TryBegin(out var attempted))
        {
            return await attempted;
        }

        try
        {
            var cancelled = Now(TaskState.Cancelled, Latest() with { Message = "Cancelled" });
            await ending.WriteAsync(cancelled, settled: false);
            Show(cancelled);
        }
        catch (Exception exception)
        {
            ending.GiveUp(exception);
            GoOn();
            throw;
        }

        cancellation.Cancel();
        ending.Close(snapshot);
        services.Detach(TaskId, SettleWhenQuietAsync);
        return snapshot;
    }

    private void Start(StepCall call)
    {
        lock (gate)
        {
            if (ending.HasBegun && !(isResumed && resuming))
            {
                held.Add(call);
                return;
            }

            underWay++;
        }

        // Not on the workflow's loop: a step may await whatever it likes.
        ThreadPool.UnsafeQueueUserWorkItem(
            static work => work.Run.services.Detach(work.Run.TaskId, () => work.Run.ExecuteAsync(work.Call)),
            (Run: this, Call: call),
            preferLocal: false);
    }

    private async Task ExecuteAsync(StepCall call)
    {
        var result = await call.ExecuteAsync(services.Executor, TaskId, cancellation);
        if (result is null)
        {
            return; // the host is stopping: the next start runs it again, also to wind down
        }

        await journal.RecordAsync(call, result);
        DeliverUnlessUnderWay();
        await StepsLeftAsync();
    }

    /// <summary>A step, or the start, has done its part.</summary>
    private Task StepsLeftAsync()
    {
        lock (gate)
        {
            underWay--;
        }

        return SettleWhenQuietAsync();
    }

    private void DeliverUnlessUnderWay()
    {
        lock (gate)
        {
            if (delivering)
            {
                return; // the thread that delivers sees what is new
            }

            delivering = true;
        }

        Deliver();
    }

    /// <summary>Gives the workflow what is on disk; only one thread is ever here.</summary>
    private void Deliver()
    {
        while (TakeNext() is { } call)
        {
            execution.Deliver(call);
        }

        if (execution.Workflow.IsCompleted)
        {
            End(Outcome(execution.Workflow));
        }
    }

    private StepCall? TakeNext()
    {
        lock (gate)
        {
            if (!ending.HasBegun && journal.TryTake(out var call))
            {
                return call;
            }

            delivering = false;
            return null;
        }
    }

    /// <summary>A cancel could not be written: what was held back for it goes on.</summary>
    private void GoOn()
    {
        StepCall[] calls;
        lock (gate)
        {
            calls = [.. held];
            held.Clear();
        }

        foreach (var call in calls)
        {
            Start(call);
        }

        DeliverUnlessUnderWay();
    }

    private void End(TaskSnapshot final)
    {
        if (ending.TryBegin(out _))
        {
            services.Detach(TaskId, () => EndAsync(final));
        }
    }

    private async Task EndAsync(TaskSnapshot final)
    {
        var isFirst = false;
        await services.UntilWrittenAsync(TaskId, async () => isFirst = await ending.WriteAsync(final, settled: true));
        if (!isFirst)
        {
            // An earlier try, or a cancel, was on disk before it was said to have failed.
            final = (await services.UntilReadAsync(TaskId, () => services.Tasks.Find(TaskId)))!.Snapshot;
            await services.UntilWrittenAsync(TaskId, () => services.Tasks.SettleAsync(ending.Seq));
        }

        Show(final);
        ending.Close(final);
        services.Release(this);
    }

    /// <summary>Once cancelled and with nothing under way any more, the task needs no restart.</summary>
    private async Task SettleWhenQuietAsync()
    {
        lock (gate)
        {
            if (!cancellation.Cancelled.IsCancellationRequested || underWay > 0 || !ending.TrySettle())
            {
                return;
            }
        }

        await services.UntilWrittenAsync(TaskId, () => services.Tasks.SettleAsync(ending.Seq));
        services.Release(this);
    }

    private TaskSnapshot Outcome(Task<SaveScenarioResult> workflow)
    {
        if (workflow.IsCompletedSuccessfully)
        {
            return Now(TaskState.Completed, execution.Progress) with { Result = workflow.Result };
        }

        var fault = workflow.Exception?.InnerException;
        return Failed(fault is WorkflowFailedException failed
            ? failed.Error
            : new TaskError(TaskErrorCodes.InternalError, $"The workflow broke off: {fault?.Message}"));
    }

    private TaskSnapshot Failed(TaskError error) =>
        Now(TaskState.Failed, Latest() with { Message = error.Message, Error = error }) with { Error = error };

    private void Publish(WorkflowProgress progress)
    {
        lock (gate)
        {
            if (!ending.HasBegun)
            {
                snapshot = Now(TaskState.Running, progress);
            }
        }
    }

    /// <summary>Under the gate, so that no report of the run comes after its end.</summary>
    private void Show(TaskSnapshot final)
    {
        lock (gate)
        {
            snapshot = final;
        }
    }

    /// <summary>A replay under way is behind what was shown before it.</summary>
    private WorkflowProgress Latest() =>
        execution.Progress.Percent < snapshot.Progress.Percent ? snapshot.Progress : execution.Progress;

    private TaskSnapshot Now(TaskState state, WorkflowProgress progress) =>
        snapshot with { State = state, Progress = progress, UpdatedAt = services.Time.GetUtcNow() };
}
