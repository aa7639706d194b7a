namespace ScenarioFunctions.Emulator;

/// <summary>
/// Which generations are open, and when each has its turn: first come, first served, over a fixed number of slots. It has no
/// clock: its answers only depend on the times that it is given, which must never decrease. Not thread-safe.
/// </summary>
internal sealed class EmulatorSchedule(int concurrency)
{
    private readonly Dictionary<Guid, LinkedListNode<EmulatorRun>> open = [];
    private readonly LinkedList<EmulatorRun> waiting = new();
    private readonly PriorityQueue<LinkedListNode<EmulatorRun>, DateTimeOffset> running = new();

    /// <summary>Adds a generation that was created just now.</summary>
    public EmulatorRun Add(EmulatedGeneration generation)
    {
        Advance(generation.CreatedAt);
        var node = new LinkedListNode<EmulatorRun>(new EmulatorRun(generation));
        open.Add(generation.Id, node);
        waiting.AddLast(node);
        StartNext(generation.CreatedAt);
        return node.Value;
    }

    /// <returns>Null when there is no such generation or it has ended.</returns>
    public EmulatorRun? Find(Guid id, DateTimeOffset now)
    {
        Advance(now);
        return open.GetValueOrDefault(id)?.Value;
    }

    /// <summary>How many generations have not ended.</summary>
    public int CountOpen(DateTimeOffset now)
    {
        Advance(now);
        return open.Count;
    }

    /// <summary>Gives up its slot, or its place in the queue, unless it has ended.</summary>
    /// <returns>The cancelled generation; null when there is none with this id or it has ended.</returns>
    public EmulatorRun? Cancel(Guid id, DateTimeOffset now)
    {
        Advance(now);
        if (!open.Remove(id, out var node))
        {
            return null;
        }

        if (node.List is not null)
        {
            waiting.Remove(node);
        }
        else
        {
            running.Remove(node, out _, out _);
            StartNext(now);
        }

        return node.Value;
    }

    /// <summary>Ends the generations that are due. Each slot passes to the next generation at the exact time of the end.</summary>
    private void Advance(DateTimeOffset now)
    {
        while (running.TryPeek(out var ended, out var endedAt) && endedAt <= now)
        {
            running.Dequeue();
            open.Remove(ended.Value.Generation.Id);
            StartNext(endedAt);
        }
    }

    private void StartNext(DateTimeOffset at)
    {
        if (running.Count < concurrency && waiting.First is { } next)
        {
            waiting.RemoveFirst();
            next.Value.StartedAt = at;
            running.Enqueue(next, next.Value.EndsAt!.Value);
        }
    }
}

/// <summary>A generation in the schedule.</summary>
internal sealed class EmulatorRun(EmulatedGeneration generation)
{
    public EmulatedGeneration Generation { get; } = generation;

    /// <summary>Null until its turn has come.</summary>
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>Null until its turn has come. A cancel ends it earlier.</summary>
    public DateTimeOffset? EndsAt => StartedAt + Generation.Duration;
}
