using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Local.Engine;

/// <summary>The end of one run: decided once, by whoever comes first, and told when it is on disk.</summary>
internal sealed class RunEnding(long seq, string taskId, RunServices services)
{
    private readonly Lock gate = new();
    private TaskCompletionSource<TaskSnapshot>? ended;
    private bool settled;

    public long Seq => seq;

    /// <summary>From now on no step starts, and no result goes to the workflow.</summary>
    public bool HasBegun => Volatile.Read(ref ended) is not null;

    /// <summary>The task as it ended, once that is on disk; after <see cref="TryBegin"/> was refused.</summary>
    public Task<TaskSnapshot> Ended => ended!.Task;

    /// <returns>Whether the caller is the one to end the task.</returns>
    public bool TryBegin()
    {
        lock (gate)
        {
            if (ended is not null)
            {
                return false;
            }

            ended = new TaskCompletionSource<TaskSnapshot>(TaskCreationOptions.RunContinuationsAsynchronously);
            return true;
        }
    }

    public Task WriteAsync(TaskSnapshot final, bool settled) => services.Tasks.EndAsync(seq, final, settled);

    public void Close(TaskSnapshot final)
    {
        EngineLog.TaskEnded(
            services.Logger,
            taskId,
            final.State.ToString().ToLowerInvariant(),
            Math.Round((final.UpdatedAt - final.CreatedAt).TotalSeconds, 3),
            final.Progress.Message);
        ended!.SetResult(final);
    }

    /// <summary>The end could not be written; another may be tried.</summary>
    public void GiveUp(Exception exception)
    {
        TaskCompletionSource<TaskSnapshot> failed;
        lock (gate)
        {
            failed = ended!;
            ended = null;
        }

        failed.SetException(exception);
        _ = failed.Task.Exception; // told to whoever waits; nobody may
    }

    /// <returns>True once.</returns>
    public bool TrySettle() => !Interlocked.Exchange(ref settled, true);
}
