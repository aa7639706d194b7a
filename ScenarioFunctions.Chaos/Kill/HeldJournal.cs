using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Local.Engine;
using ScenarioFunctions.Local.Storage;

namespace ScenarioFunctions.Chaos.Kill;

/// <summary>
/// A journal that accepts only n - 1 steps of the nth task, and no end. When the process is killed, there is a task for every
/// number of finished steps.
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
