using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Local.Engine;

/// <summary>The end of one run: decided once, by whoever comes first, and told when it is on disk.</summary>
internal sealed class RunEnding(long seq, string taskId, RunServices services)
{
    private readonly TaskCompletionSource<TaskSnapshot> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<TaskSnapshot>? attempt;
    private bool settled;

    public long Seq => seq;

    /// <summary>From now on no step starts, and no result goes to the workflow.</summary>
    public bool HasBegun => Volatile.Read(ref attempt) is not null;

    /// <summary>The task as it ended, once that is on disk.</summary>
    public Task<TaskSnapshot> Ended => ended.Task;

    /// <param name="attempted">What comes of it, whoever does it: the task as it ended, or why it goes on.</param>
    /// <returns>Whether the caller is the one to end the task.</returns>
    public bool TryBegin(out Task<TaskSnapshot> attempted)
    {
        var mine = new TaskCompletionSource<TaskSnapshot>(TaskCreationOptions.RunContinuationsAsynchronously);
        var other = Interlocked.CompareExchange(ref attempt, mine, null);
        attempted = (other ?? mine).Task;
        return other is null;
    }

    /// <summary>The end could not be written: the task goes on, and may be ended another time.</summary>
    public void GiveUp(Exception reason)
    {
        var failed = Interlocked.Exchange(ref attempt, null)!;
        failed.SetException(reason);
        _ = failed.Task.Exception; // seen: often nobody else waits for it
    }

    /// <returns>Whether this was the task's end; if not, the disk has another.</returns>
    public Task<bool> WriteAsync(TaskSnapshot final, bool settled) => services.Tasks.EndAsync(seq, final, settled);

    /// <summary>The end was on disk before this run.</summary>
    public void WasEnded(TaskSnapshot final)
    {
        attempt!.SetResult(final);
        ended.SetResult(final);
    }

    public void Close(TaskSnapshot final)
    {
        EngineLog.TaskEnded(
            services.Logger,
            taskId,
            final.State,
            Math.Round((final.UpdatedAt - final.CreatedAt).TotalSeconds, 3),
            final.Progress.Message);
        WasEnded(final);
    }

    /// <returns>True once.</returns>
    public bool TrySettle() => !Interlocked.Exchange(ref settled, true);
}
