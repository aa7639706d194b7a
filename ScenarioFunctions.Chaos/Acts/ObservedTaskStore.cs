using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Local.Engine;
using ScenarioFunctions.Local.Storage;

namespace ScenarioFunctions.Chaos.Acts;

/// <summary>The journal, observed.</summary>
internal sealed class ObservedTaskStore(LocalDatabase database, IActObserver observer) : TaskStore(database)
{
    public override Task<long?> InsertAsync(TaskSnapshot task, byte[] input, CancellationToken cancellationToken) =>
        observer.AroundAsync(Act.Insert, () => base.InsertAsync(task, input, cancellationToken));

    public override Task AppendAsync(long seq, JournalEntry entry) =>
        observer.AroundAsync(Act.Append, () => base.AppendAsync(seq, entry));

    public override Task<bool> EndAsync(long seq, TaskSnapshot task, bool settled) =>
        observer.AroundAsync(Act.End, () => base.EndAsync(seq, task, settled));

    public override Task SettleAsync(long seq) =>
        observer.AroundAsync(Act.Settle, () => base.SettleAsync(seq));
}
