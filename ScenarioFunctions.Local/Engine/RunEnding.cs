using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Local.Engine;

/// <summary>The end of one run: decided once, by whoever comes first, and told when it is on disk.</summary>
internal sealed class RunEnding(long seq, string taskId, RunReport report, RunServices services)
{
    private readonly TaskCompletionSource<TaskSnapshot> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<TaskSnapshot>? attempt;
    private bool settled;

    /// <summary>From now on no step starts, and no result goes to the workflow.</summary>
    public bool HasBegun => Volatile.Read(ref attempt) is not null;

    /// <summary>The task as it ended, once that is on disk.</summary>
    public Task<TaskSnapshot> Ended => ended.Task;

    /// <summary>Fires once a cancel is on disk.</summary>
    public RunCancellation Cancellation { get; } = new();

    /// <summary>Ends the task as cancelled, or waits for the end that is under way; done when it is on disk.</summary>
    /// <exception cref="Core.Storage.StorageException">It could not be written: the task goes on.</exception>
    public async Task<TaskSnapshot> CancelAsync()
    {
        if (!TryBegin(out var attempted))
        {
            return await attempted;
        }

        var cancelled = report.Cancelled();
        try
        {
            if (!await services.Tasks.EndAsync(seq, cancelled, settled: false)
                && services.Tasks.Find(taskId)!.Snapshot is { State: not TaskState.Cancelled } ended)
            {
                Tell(ended); // a run of a task that has ended is about to be dropped
                return ended;
            }
        }
        catch (Exception exception)
        {
            GiveUp(exception);
            throw;
        }

        Close(cancelled);
        Cancellation.Cancel();
        return cancelled;
    }

    /// <summary>The task was cancelled before this run; unless a cancel of this run came first, which does the same.</summary>
    public void WasCancelled(TaskSnapshot cancelled)
    {
        if (TryBegin(out _))
        {
            Tell(cancelled);
            Cancellation.Cancel();
        }
    }

    /// <summary>The workflow has ended: so does the task, unless it is cancelled.</summary>
    /// <param name="final">The task as it is to end.</param>
    public void End(TaskSnapshot final)
    {
        if (TryBegin(out _))
        {
            services.Detach(taskId, () => EndAsync(final));
        }
    }

    /// <summary>A cancelled task, with nothing under way any more, needs no restart.</summary>
    /// <returns>Whether the caller is the one to settle it.</returns>
    public bool TrySettle() => Cancellation.Cancelled.IsCancellationRequested && !Interlocked.Exchange(ref settled, true);

    public Task SettleAsync() => services.UntilWrittenAsync(taskId, () => services.Tasks.SettleAsync(seq));

    /// <param name="attempted">What comes of it, whoever does it: the task as it ended, or why it goes on.</param>
    /// <returns>Whether the caller is the one to end the task.</returns>
    private bool TryBegin(out Task<TaskSnapshot> attempted)
    {
        var mine = new TaskCompletionSource<TaskSnapshot>(TaskCreationOptions.RunContinuationsAsynchronously);
        var other = Interlocked.CompareExchange(ref attempt, mine, null);
        attempted = (other ?? mine).Task;
        if (other is not null)
        {
            return false;
        }

        report.Hold();
        return true;
    }

    private void GiveUp(Exception reason)
    {
        report.GoOn();
        var failed = Interlocked.Exchange(ref attempt, null)!;
        failed.SetException(reason);
        _ = failed.Task.Exception; // seen: often nobody else waits for it
    }

    private async Task EndAsync(TaskSnapshot final)
    {
        var isFirst = false;
        await services.UntilWrittenAsync(
            taskId, async () => isFirst = await services.Tasks.EndAsync(seq, final, settled: true));
        if (!isFirst)
        {
            // An earlier try, or a cancel, was on disk before it was said to have failed.
            final = (await services.UntilReadAsync(taskId, () => services.Tasks.Find(taskId)))!.Snapshot;
            await SettleAsync();
        }

        Close(final);
        services.Release(taskId);
    }

    private void Close(TaskSnapshot final)
    {
        EngineLog.TaskEnded(
            services.Logger,
            taskId,
            final.State,
            Math.Round((final.UpdatedAt - final.CreatedAt).TotalSeconds, 3),
            final.Progress.Message);
        Tell(final);
    }

    private void Tell(TaskSnapshot final)
    {
        report.Close(final);
        attempt!.SetResult(final);
        ended.SetResult(final);
    }
}
