using System.Globalization;
using System.Text;
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

    /// <summary>The event as it is sent. The data have no line breaks.</summary>
    public ReadOnlyMemory<byte> ToBytes(string? id)
    {
        byte[] start = Encoding.UTF8.GetBytes($"event: {Type}\ndata: ");
        byte[] end = Encoding.UTF8.GetBytes(id is null ? "\n\n" : $"\nid: {id}\n\n");
        return (byte[])[.. start, .. Data.Span, .. end];
    }

    /// <summary>The changes of a task, as events without ids; its whole state when <paramref name="before"/> is null.</summary>
    public static IEnumerable<TaskEvent> Between(TaskResource? before, TaskResource now)
    {
        for (var i = 0; i < now.Scenes.Count; i++)
        {
            var scene = now.Scenes[i].WithoutHistory(); // that comes with the end
            if (before is null || i >= before.Scenes.Count || before.Scenes[i].WithoutHistory() != scene)
            {
                yield return new("scene", JsonSerializer.SerializeToUtf8Bytes(scene, ApiJson.Readable.SceneResource));
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
    string TaskId, TaskState Status, int Progress, string Message, string UpdatedAt, string? HeldAt, int? ImageServiceCredits)
{
    public static ProgressResource Of(TaskResource task) =>
        new(task.TaskId, task.Status, task.Progress, task.Message, task.UpdatedAt, task.HeldAt, task.Metadata.ImageServiceCredits);
}

/// <summary>
/// The events of one task, shared by all its followers. The latest events are kept, so that a follower who reconnects misses
/// none. A new follower, or one who reconnects too late, gets the current state. Each event is made into bytes once, and
/// followers read without a lock: with a thousand of them, nothing may be done for each.
/// </summary>
internal sealed class TaskFeed
{
    /// <summary>More events than a task of 100 scenes has in a minute.</summary>
    private const int MaxKept = 1_000;

    private readonly Lock gate = new();
    private readonly string name = Guid.NewGuid().ToString("N")[..8];
    private volatile State state = new(null, [], 0, IsOver: false, new([]));
    private volatile TaskCompletionSource changed = NewSignal();

    /// <summary>Sends the changes since the last time to the followers.</summary>
    public void Publish(TaskResource task)
    {
        lock (gate)
        {
            var end = state.End;
            var added = state.Told is null
                ? []
                : TaskEvent.Between(state.Told, task).Select(one => one.ToBytes(one.Id ?? IdOf(++end))).ToList();
            end = state.End + added.Count;
            ReadOnlyMemory<byte>[] kept = [.. state.Kept.Skip(state.Kept.Length + added.Count - MaxKept), .. added.TakeLast(MaxKept)];
            state = new State(task, kept, end, state.IsOver || task.Status.IsFinal(), new(() => WholeOf(task, end)));
        }

        Signal();
    }

    /// <summary>Ends the feed before the task has ended: its followers have to reconnect.</summary>
    public void End()
    {
        lock (gate)
        {
            state = state with { IsOver = true };
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

    /// <summary>Reads from a place, without waiting.</summary>
    /// <param name="place">From <see cref="PlaceAfter"/> or the last read.</param>
    /// <returns>The events as bytes to send, the place after them, whether no more will come, and what completes when there are more.</returns>
    public (ArraySegment<ReadOnlyMemory<byte>> Events, long? Place, bool IsOver, Task More) Read(long? place)
    {
        var more = changed.Task; // before the state, so that no change is missed
        var now = state;
        return (now.After(place), now.Told is null ? null : now.End, now.IsOver, more);
    }

    /// <summary>Only the last event has an id: a follower who loses the connection earlier gets the whole state again.</summary>
    private ReadOnlyMemory<byte>[] WholeOf(TaskResource task, long end)
    {
        var events = TaskEvent.Between(null, task).ToList();
        return [.. events.Select((one, index) => one.ToBytes(index == events.Count - 1 ? one.Id ?? IdOf(end) : one.Id))];
    }

    private string IdOf(long number) => string.Create(CultureInfo.InvariantCulture, $"{name}-{number}");

    private void Signal() => Interlocked.Exchange(ref changed, NewSignal()).SetResult();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Everything that followers read. It never changes, so they need no lock.</summary>
    /// <param name="Told">The task as the followers know it; null until it is read.</param>
    /// <param name="Kept">The latest events.</param>
    /// <param name="End">The number of the last one.</param>
    /// <param name="IsOver">No more will come.</param>
    /// <param name="Whole">The current state as events, made for the first new follower.</param>
    private sealed record State(TaskResource? Told, ReadOnlyMemory<byte>[] Kept, long End, bool IsOver, Lazy<ReadOnlyMemory<byte>[]> Whole)
    {
        public ArraySegment<ReadOnlyMemory<byte>> After(long? place) =>
            place <= End && place >= End - Kept.Length
                ? new ArraySegment<ReadOnlyMemory<byte>>(Kept)[^(int)(End - place.Value)..]
                : Whole.Value;
    }
}
