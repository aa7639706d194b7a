using System.Globalization;
using System.Text.Json;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Api;

/// <summary>One server-sent event of a task.</summary>
/// <param name="Type"><c>progress</c>, <c>scene</c> or <c>ended</c>.</param>
/// <param name="Data">JSON in UTF-8.</param>
/// <param name="Id">A follower continues after this id; null in the events that give a new follower the current state.</param>
internal sealed record TaskEvent(string Type, ReadOnlyMemory<byte> Data, string? Id = null)
{
    /// <summary>The id of the last event: a follower with this id has seen everything.</summary>
    public const string EndedId = "ended";

    /// <summary>The changes of a task, as events without ids; its whole state when <paramref name="before"/> is null.</summary>
    public static IEnumerable<TaskEvent> Between(TaskResource? before, TaskResource now)
    {
        for (var i = 0; i < now.Scenes.Count; i++)
        {
            if (before is null || i >= before.Scenes.Count || before.Scenes[i] != now.Scenes[i])
            {
                yield return new("scene", JsonSerializer.SerializeToUtf8Bytes(now.Scenes[i], ApiJson.Readable.SceneResource));
            }
        }

        if (before is null || ProgressResource.Of(before) with { UpdatedAt = now.UpdatedAt } != ProgressResource.Of(now))
        {
            yield return new(
                "progress", JsonSerializer.SerializeToUtf8Bytes(ProgressResource.Of(now), ApiJson.Readable.ProgressResource));
        }

        if (now.Status.IsFinal())
        {
            yield return new("ended", JsonSerializer.SerializeToUtf8Bytes(now, ApiJson.Readable.TaskResource), EndedId);
        }
    }
}

/// <summary>The data of a <c>progress</c> event: the fields of a task that change while it runs, without its scenes.</summary>
internal sealed record ProgressResource(
    string TaskId, TaskState Status, int Progress, string Message, string UpdatedAt, int? ImageServiceCredits)
{
    public static ProgressResource Of(TaskResource task) =>
        new(task.TaskId, task.Status, task.Progress, task.Message, task.UpdatedAt, task.Metadata.ImageServiceCredits);
}

/// <summary>
/// The events of one task, shared by all its followers. The latest events are kept, so that a follower who reconnects misses
/// none. A new follower, or one who reconnects too late, gets the current state.
/// </summary>
internal sealed class TaskFeed
{
    /// <summary>More events than a task of 100 scenes has in a minute.</summary>
    private const int MaxKept = 1_000;

    private readonly Lock gate = new();
    private readonly string name = Guid.NewGuid().ToString("N")[..8];
    private readonly Queue<TaskEvent> kept = new();
    private TaskCompletionSource changed = NewSignal();
    private TaskResource? told;
    private long end;
    private bool isOver;

    /// <summary>Sends the changes since the last time to the followers.</summary>
    public void Publish(TaskResource task)
    {
        lock (gate)
        {
            if (told is not null)
            {
                foreach (var one in TaskEvent.Between(told, task))
                {
                    end++;
                    kept.Enqueue(one with { Id = one.Id ?? IdOf(end) });
                }
            }

            while (kept.Count > MaxKept)
            {
                kept.Dequeue();
            }

            told = task;
            isOver |= task.Status.IsFinal();
        }

        Signal();
    }

    /// <summary>Ends the feed before the task has ended: its followers have to reconnect.</summary>
    public void End()
    {
        lock (gate)
        {
            isOver = true;
        }

        Signal();
    }

    /// <param name="lastId">The id of the last event that the follower has; null for a new follower.</param>
    /// <returns>The place to continue at; null when the follower needs the current state first.</returns>
    public long? PlaceAfter(string? lastId) =>
        lastId is not null && lastId.StartsWith(name + "-", StringComparison.Ordinal)
        && long.TryParse(lastId.AsSpan(name.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var place)
            ? place
            : null;

    /// <summary>Reads from a place; waits until there are events.</summary>
    /// <param name="place">From <see cref="PlaceAfter"/> or the last read.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The events, the place after them, and whether no more will come.</returns>
    public async Task<(IReadOnlyList<TaskEvent> Events, long? Place, bool IsOver)> ReadAsync(
        long? place, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task signal;
            lock (gate)
            {
                signal = changed.Task;
                var events = EventsAfter(place);
                if (events.Count > 0 || isOver)
                {
                    return (events, told is null ? null : end, isOver);
                }
            }

            await signal.WaitAsync(cancellationToken);
        }
    }

    private List<TaskEvent> EventsAfter(long? place)
    {
        if (told is null)
        {
            return [];
        }

        if (place <= end && place >= end - kept.Count)
        {
            return [.. kept.Skip((int)(kept.Count - (end - place.Value)))];
        }

        // Only the last has an id: a follower who loses the connection earlier gets the whole state again.
        var state = TaskEvent.Between(null, told).ToList();
        state[^1] = state[^1] with { Id = state[^1].Id ?? IdOf(end) };
        return state;
    }

    private string IdOf(long number) => string.Create(CultureInfo.InvariantCulture, $"{name}-{number}");

    private void Signal() => Interlocked.Exchange(ref changed, NewSignal()).SetResult();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
