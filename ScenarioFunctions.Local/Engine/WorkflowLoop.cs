namespace ScenarioFunctions.Local.Engine;

/// <summary>
/// Runs a workflow's continuations on the caller's thread, in the order in which they were posted: what a
/// replay needs to take the same way again.
/// </summary>
internal sealed class WorkflowLoop : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> posted = new();

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (Current != this)
        {
            throw new InvalidOperationException("A workflow may await only what its context gave it.");
        }

        posted.Enqueue((d, state));
    }

    /// <summary>Runs <paramref name="turn"/> and all that it posts. Never on two threads at once.</summary>
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
