using System.Collections.Concurrent;

namespace ScenarioFunctions.Chaos.Storm;

/// <summary>What was found to be wrong.</summary>
internal sealed class Faults
{
    private readonly ConcurrentQueue<string> found = new();

    public IReadOnlyList<string> Found => [.. found];

    public void Add(string fault) => found.Enqueue(fault);
}
