using ScenarioFunctions.Core;
using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Local.Engine;

/// <summary>
/// Limits how many tasks run at once. The others wait for their turn, fairly by user and only as ids, so that a long queue needs
/// little memory.
/// </summary>
internal sealed class RunQueue(int maxRunning, Action<string> launch)
{
    private readonly Lock gate = new();
    private readonly FairShare<string> queue = new();

    /// <returns>Whether the caller may run the task now; it must then call <see cref="Release"/>.</returns>
    public bool TryEnter(string taskId)
    {
        lock (gate)
        {
            if (queue.Taken >= maxRunning)
            {
                return false;
            }

            queue.Take(ScenarioIds.UserOf(taskId));
            return true;
        }
    }

    /// <summary>Takes a place even when all are taken. The caller must call <see cref="Release"/>.</summary>
    public void Enter(string taskId)
    {
        lock (gate)
        {
            queue.Take(ScenarioIds.UserOf(taskId));
        }
    }

    public void Enqueue(string taskId)
    {
        lock (gate)
        {
            queue.Add(ScenarioIds.UserOf(taskId), taskId);
        }

        LaunchNext();
    }

    /// <summary>Gives a place back; the next task in the queue starts.</summary>
    public void Release(string taskId)
    {
        lock (gate)
        {
            queue.Release(ScenarioIds.UserOf(taskId));
        }

        LaunchNext();
    }

    private void LaunchNext()
    {
        string next;
        lock (gate)
        {
            if (queue.Taken >= maxRunning || !queue.TryServe(out next))
            {
                return;
            }
        }

        launch(next);
    }
}
