namespace ScenarioFunctions.Local.Engine;

/// <summary>
/// Limits how many tasks run at once. The others wait in order, only as ids, so that a long queue needs little memory.
/// </summary>
internal sealed class RunQueue(int maxRunning, Action<string> launch)
{
    private readonly Lock gate = new();
    private readonly Queue<string> waiting = new();
    private int running;

    /// <returns>Whether the caller may run its task now; it must then call <see cref="Release"/>.</returns>
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

    /// <summary>Takes a place even when all are taken. The caller must call <see cref="Release"/>.</summary>
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

    /// <summary>Gives a place back; the next task in the queue starts.</summary>
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
