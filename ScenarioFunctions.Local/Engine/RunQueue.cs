namespace ScenarioFunctions.Local.Engine;

/// <summary>
/// Lets so many tasks run at once; the others wait as ids, first come first served, so that a long queue
/// costs little memory.
/// </summary>
internal sealed class RunQueue(int maxRunning, Action<string> launch)
{
    private readonly Lock gate = new();
    private readonly Queue<string> waiting = new();
    private int running;

    /// <returns>Whether the caller may run its task at once; it must then call <see cref="Release"/>.</returns>
    public bool TryEnter()
    {
        lock (gate)
        {
            if (running >= maxRunning)
            {
                return false;
            }

            running++;
            return true;
        }
    }

    /// <summary>Takes a place at once, though all may be taken; the caller must call <see cref="Release"/>.</summary>
    public void Enter()
    {
        lock (gate)
        {
            running++;
        }
    }

    public void Enqueue(string taskId)
    {
        lock (gate)
        {
            if (running >= maxRunning)
            {
                waiting.Enqueue(taskId);
                return;
            }

            running++;
        }

        launch(taskId);
    }

    /// <summary>A task has left; the next goes on in its place.</summary>
    public void Release()
    {
        string? next;
        lock (gate)
        {
            if (running > maxRunning || !waiting.TryDequeue(out next))
            {
                next = null;
                running--;
            }
        }

        if (next is not null)
        {
            launch(next);
        }
    }
}
