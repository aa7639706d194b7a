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
    private readonly Lock gate = new();

    // Under the gate.
    private readonly List<StepCall> held = [];
    private bool delivering = true;
    private int underWay;

    private volatile TaskSnapshot snapshot;

    public WorkflowRun(TaskRow row, long nextOrdinal, RunServices services)
    {
        this.services = services;
        snapshot = row.Snapshot;
        journal = new RunJournal(services, row, nextOrdinal);
        execution = new WorkflowExecution(TaskId, Start, Publish);
        ending = new RunEnding(row.Seq, TaskId, services);
    }

    public string TaskId => snapshot.TaskId;

    /// <summary>The task as of now.</summary>
    public TaskSnapshot Snapshot => snapshot;

    /// <summary>The task as it ended, once that is on disk.</summary>
    public Task<TaskSnapshot> Ended => ending.Ended;

    /// <summary>Runs the workflow through its journal, and on from there.</summary>
    public void Begin(SaveScenarioInput input, IReadOnlyList<JournalEntry> recorded)
    {
        if (execution.Replay(input, recorded) is { } mismatch)
        {
            End(Failed(new TaskError(TaskErrorCodes.JournalMismatch, mismatch)));
            return;
        }

        execution.GoLive();
        Deliver();
    }

    /// <summary>Lets the steps that were under way when the task was cancelled, before a restart, wind down.</summary>
    public async Task WindDownAsync(SaveScenarioInput input, IReadOnlyList<JournalEntry> recorded)
    {
        cancellation.Cancel();
        if (execution.Replay(input, recorded) is null)
        {
            await Task.WhenAll(execution.Pending.Select(
                call => call.ExecuteAsync(services.Executor, TaskId, cancellation)));
        }

        services.Executor.Stopping.ThrowIfCancellationRequested();
        await services.Tasks.SettleAsync(ending.Seq);
        services.Release(this);
    }

    /// <summary>Ends the task as cancelled unless it has ended; done when its end is on disk.</summary>
    /// <exception cref="Core.Storage.StorageException">It could not be written: the task goes on.</exception>
    public async Task<TaskSnapshot> CancelAsync()
    {
        if (!ending.TryBegin())
        {
            return await ending.Ended;
        }

        try
        {
            var cancelled = Now(TaskState.Cancelled, execution.Progress with { Message = "Cancelled" });
            await ending.WriteAsync(cancelled, settled: false);
            snapshot = cancelled;
        }
        catch
        {
            ending.GiveUp();
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
            if (ending.HasBegun)
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
        if (result is not null)
        {
            await journal.RecordAsync(call, result);
        }

        lock (gate)
        {
            underWay--;
        }

        DeliverUnlessUnderWay();
        await SettleWhenQuietAsync();
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
        if (ending.TryBegin())
        {
            services.Detach(TaskId, () => EndAsync(final));
        }
    }

    private async Task EndAsync(TaskSnapshot final)
    {
        await services.UntilWrittenAsync(TaskId, () => ending.WriteAsync(final, settled: true));
        snapshot = final;
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
        Now(TaskState.Failed, execution.Progress with { Message = error.Message, Error = error }) with { Error = error };

    private void Publish(WorkflowProgress progress)
    {
        if (!ending.HasBegun)
        {
            snapshot = Now(TaskState.Running, progress);
        }
    }

    private TaskSnapshot Now(TaskState state, WorkflowProgress progress) =>
        snapshot with { State = state, Progress = progress, UpdatedAt = services.Time.GetUtcNow() };
}
