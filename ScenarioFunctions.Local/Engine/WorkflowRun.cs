using ScenarioFunctions.Core.Steps;
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
    private readonly RunReport report;
    private readonly RunEnding ending;
    private readonly bool isResumed;
    private readonly Lock gate = new();

    // Under the gate.
    private readonly List<StepCall> held = [];
    private bool delivering = true;
    private int underWay = 1; // the start itself: what it goes on with has to wind down, too

    private volatile bool resuming = true;

    public WorkflowRun(TaskRow row, long nextOrdinal, RunServices services)
    {
        this.services = services;
        isResumed = nextOrdinal > 0;
        journal = new RunJournal(services, row, nextOrdinal);
        report = new RunReport(row.Snapshot, services.Time);
        ending = new RunEnding(row.Seq, TaskId, report, services);
        execution = new WorkflowExecution(TaskId, Start, report.Publish);
    }

    public string TaskId => Snapshot.TaskId;

    /// <summary>The task as of now.</summary>
    public TaskSnapshot Snapshot => report.Snapshot;

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
        ending.End(report.Failed(new TaskError(TaskErrorCodes.JournalMismatch, mismatch)));
        return StepsLeftAsync();
    }

    /// <inheritdoc cref="RunEnding.WasCancelled"/>
    public void WasCancelled(TaskSnapshot cancelled) => ending.WasCancelled(cancelled);

    /// <inheritdoc cref="RunEnding.CancelAsync"/>
    public async Task<TaskSnapshot> CancelAsync()
    {
        try
        {
            var ended = await ending.CancelAsync();
            services.Detach(TaskId, SettleWhenQuietAsync);
            return ended;
        }
        catch
        {
            GoOn();
            throw;
        }
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
        var result = await call.ExecuteAsync(services.Executor, TaskId, ending.Cancellation);
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
            ending.End(report.Outcome(execution.Workflow));
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

    /// <summary>Once cancelled and with nothing under way any more, the task needs no restart.</summary>
    private async Task SettleWhenQuietAsync()
    {
        lock (gate)
        {
            if (underWay > 0 || !ending.TrySettle())
            {
                return;
            }
        }

        await ending.SettleAsync();
        services.Release(TaskId);
    }
}
