using System.Diagnostics.CodeAnalysis;

namespace ScenarioFunctions.Local.Engine;

/// <summary>
/// Handles one message at a time, in the order in which they came, on the thread of whoever posted while none was
/// being handled.
/// </summary>
internal abstract class Mailbox<TMessage>
{
    private readonly Queue<TMessage> waiting = new();
    private bool isBusy;

    public void Post(TMessage message)
    {
        lock (waiting)
        {
            waiting.Enqueue(message);
            if (isBusy)
            {
                return;
            }

            isBusy = true;
        }

        while (TryTake(out var next))
        {
            Handle(next);
        }
    }

    /// <summary>Must not throw. What it posts is handled after it.</summary>
    protected abstract void Handle(TMessage message);

    private bool TryTake([MaybeNullWhen(false)] out TMessage message)
    {
        lock (waiting)
        {
            return isBusy = waiting.TryDequeue(out message);
        }
    }
}
