namespace ScenarioFunctions.Local.Engine;

/// <summary>
/// Runs a workflow's continuations on the caller's thread, in the order in which they were posted. A replay needs this order to
/// take the same path again.
/// </summary>
internal sealed class WorkflowLoop : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> posted = new();

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (Current != this)
        {
            throw new InvalidOperationException("A workflow may only await what its context returned.");
        }

        posted.Enqueue((d, state));
    }

    /// <summary>Runs <paramref name="turn"/> and everything that it posts. Never call it on two threads at once.</summary>
    public void Run(Action turn)
    {
        var outer = Current;
        SetSynchronizationContext(this);
        try
        {
            turn();
            while (posted.TryDequeue(out var next))
            {
                next.Callback(next.State);
            }
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
    }
}
