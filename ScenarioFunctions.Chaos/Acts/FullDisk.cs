using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Chaos.Acts;

/// <summary>A disk on which, at times, nothing can be written.</summary>
/// <param name="isFull">Asked before each act that writes.</param>
internal sealed class FullDisk(Predicate<string> isFull) : IActObserver
{
    private static readonly HashSet<string> Writes =
    [
        Act.Insert, Act.Append, Act.End, Act.Settle, Act.SaveScenario, Act.SaveScenes, Act.Change, Act.Record, Act.Place,
        Act.Mark, Act.EndScenes, Act.Store, Act.Hold, Act.Charge, Act.Release,
    ];

    public async Task<T> AroundAsync<T>(string act, Func<Task<T>> run) => Writes.Contains(act) && isFull(act)
        ? throw new StorageException("No space left on device", isTransient: true)
        : await run();
}
