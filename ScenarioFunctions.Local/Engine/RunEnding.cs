using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Local.Engine;

/// <summary>The end of one run: decided once, by whoever comes first, and told when it is on disk.</summary>
internal sealed class RunEnding(long seq, string taskId, RunServices services)
{
    private readonly TaskCompletionSource<TaskSnapshot> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool begun;
    private bool settled;

    public long Seq => seq;

    /// <summary>From now on no step starts, and no result goes to the workflow.</summary>
    public bool HasBegun => Volatile.Read(ref begun);

    /// <summary>The task as it ended, once that is on disk.</summary>
    public Task<TaskSnapshot> Ended => ended.Task;

    /// <returns>Whether the caller is the one to end the task.</returns>
    public bool TryBegin() => !Interlocked.Exchange(ref begun, true);

    /// <summary>The end could not be written: the task goes on, and may be ended another time.</summary>
    public void GiveUp() => Volatile.Write(ref begun, false);

    public Task WriteAsync(TaskSnapshot final, bool settled) => services.Tasks.EndAsync(seq, final, settled);

    /// <summary>The end was on disk before this run.</summary>
    public void WasEnded(TaskSnapshot final) => ended.SetResult(final);

    public void Close(TaskSnapshot final)
    {
        EngineLog.TaskEnded(
            services.Logger,
            taskId,
            final.State,
            Math.Round((final.UpdatedAt - final.CreatedAt).TotalSeconds, 3),
            final.Progress.Message);
        ended.SetResult(final);
    }

    /// <returns>True once.</returns>
    public bool TrySettle() => !Interlocked.Exchange(ref settled, true);
}
