using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Local.Engine;
using ScenarioFunctions.Local.Storage;

namespace ScenarioFunctions.Chaos.Kill;

/// <summary>
/// A journal that takes no more than n - 1 steps of the nth task, and no end: what is left when the process is
/// killed then has a task at every point of its way.
/// </summary>
internal sealed class HeldJournal(LocalDatabase database) : TaskStore(database)
{
    private int held;

    public int Held => Volatile.Read(ref held);

    public override Task AppendAsync(long seq, JournalEntry entry) =>
        entry.Ordinal < seq - 1 ? base.AppendAsync(seq, entry) : HoldAsync<bool>();

    public override Task<bool> EndAsync(long seq, TaskSnapshot task, bool settled) => HoldAsync<bool>();

    private async Task<T> HoldAsync<T>()
    {
        Interlocked.Increment(ref held);
        await Task.Delay(Timeout.Infinite);
        return default!;
    }
}
