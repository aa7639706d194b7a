using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Core.Tasks;

/// <summary>
/// Tells which tasks of a hub to look at for a list, and in which order, so that nobody has to read the whole hub. The state of
/// a task is read from the hub. The index may name too many tasks, but never too few: a task counts as open, and is named for every
/// state, until it was seen to have ended.
/// </summary>
/// <remarks>Every member throws <see cref="StorageException"/> when the database refuses, does not answer, or lacks the migration.</remarks>
public interface ITaskIndex
{
    /// <summary>Records tasks as they were seen in the hub, unless they were seen later already.</summary>
    /// <returns>The tasks that are not in the index, and cannot be added, as they have no <see cref="IndexedTask.UserId"/>.</returns>
    Task<IReadOnlyList<string>> RecordAsync(string hub, IReadOnlyList<IndexedTask> tasks, CancellationToken cancellationToken);

    /// <param name="hub">Its name.</param>
    /// <param name="query">The state and the user.</param>
    /// <param name="after">The place in the list of the last task that is known; null for the first page.</param>
    /// <param name="count">The most tasks.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Tasks that may match, newest first, then by id.</returns>
    Task<IndexedTasks> ListAsync(
        string hub, TaskQuery query, (DateTimeOffset CreatedAt, string TaskId)? after, int count, CancellationToken cancellationToken);

    /// <summary>The open tasks that were not taken for the longest time; <see cref="IndexedTasks.IsComplete"/> tells of the last hour.</summary>
    Task<IndexedTasks> TakeOpenAsync(string hub, int count, CancellationToken cancellationToken);

    /// <summary>Removes tasks that are no longer in the hub, unless they were seen there later.</summary>
    Task ForgetAsync(string hub, IReadOnlyList<IndexedTask> tasks, CancellationToken cancellationToken);

    /// <summary>Says that all tasks of the hub are in the index.</summary>
    Task CompleteAsync(string hub, CancellationToken cancellationToken);
}

/// <summary>A task as it was seen in the hub. Times are the hub's, in whole microseconds: PostgreSQL has no smaller unit.</summary>
/// <param name="TaskId">Its id.</param>
/// <param name="CreatedAt">Places it in lists. A task that is continued after a failure gets a new time.</param>
/// <param name="UpdatedAt">Of two reads of a task, the later one has the later time.</param>
/// <param name="End">Its final state; null until it was seen to have ended.</param>
public sealed record IndexedTask(string TaskId, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, TaskState? End = null)
{
    public string? UserId { get; init; }

    /// <summary>Whether it has been in the index for an hour, so that a hub without it has lost it.</summary>
    public bool IsOld { get; init; }

    public static IndexedTask Of(TaskSnapshot task) => Of(task.TaskId, task.UserId, task.CreatedAt, task.UpdatedAt, task.State);

    public static IndexedTask Of(
        string taskId, string? userId, DateTimeOffset createdAt, DateTimeOffset updatedAt, TaskState state) =>
        new(taskId, InMicroseconds(createdAt), InMicroseconds(updatedAt), state.IsFinal() ? state : null) { UserId = userId };

    /// <summary>Whether the other one tells the same of the task.</summary>
    public bool IsLike(IndexedTask other) => (TaskId, CreatedAt, End) == (other.TaskId, other.CreatedAt, other.End);

    public static DateTimeOffset InMicroseconds(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));
}

/// <param name="Tasks">In the order that was asked for.</param>
/// <param name="IsComplete">Whether all tasks of the hub are in the index.</param>
public sealed record IndexedTasks(IReadOnlyList<IndexedTask> Tasks, bool IsComplete);
