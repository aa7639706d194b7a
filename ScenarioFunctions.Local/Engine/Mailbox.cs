using System.Diagnostics.CodeAnalysis;

namespace ScenarioFunctions.Local.Engine;

/// <summary>
/// Handles one message at a time, in the order of posting, on the thread of the caller who posted while no message was being
/// handled.
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

    /// <summary>Must not throw. Messages that it posts are handled afterwards.</summary>
    protected abstract void Handle(TMessage message);

    private bool TryTake([MaybeNullWhen(false)] out TMessage message)
    {
        lock (waiting)
        {
            return isBusy = waiting.TryDequeue(out message);
        }
    }
}
