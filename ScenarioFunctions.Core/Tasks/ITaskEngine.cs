using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Core.Tasks;

/// <summary>The engine that runs the workflows, as the API sees it.</summary>
public interface ITaskEngine
{
    /// <summary>
    /// Starts a task with the id <paramref name="taskId"/>. If a task with this id exists, in any state, returns it unchanged:
    /// the caller compares <see cref="TaskSnapshot.RequestHash"/>. When this returns, the task survives a crash.
    /// </summary>
    /// <exception cref="EngineUnavailableException">The engine cannot accept work now; nothing was started.</exception>
    Task<TaskSnapshot> StartAsync(string taskId, SaveScenarioInput input, CancellationToken cancellationToken);

    /// <summary>The task; null when there is none with this id.</summary>
    /// <exception cref="EngineUnavailableException"/>
    Task<TaskSnapshot?> FindAsync(string taskId, CancellationToken cancellationToken);

    /// <summary>How many tasks of a user have not ended. Only ids from <see cref="Scenarios.ScenarioIds"/> count.</summary>
    /// <exception cref="EngineUnavailableException"/>
    Task<int> CountOpenAsync(string userId, CancellationToken cancellationToken);

    /// <summary>How many tasks of each version of the workflow have not ended, by version.</summary>
    /// <exception cref="EngineUnavailableException"/>
    Task<IReadOnlyDictionary<int, int>> CountOpenByVersionAsync(CancellationToken cancellationToken);

    /// <summary>Waits until a task has, or may have, changed since <paramref name="known"/> was read.</summary>
    Task WaitForChangeAsync(TaskSnapshot known, CancellationToken cancellationToken);

    /// <exception cref="InvalidCursorException">The query's cursor did not come from this engine.</exception>
    /// <exception cref="EngineUnavailableException"/>
    Task<TaskPage> ListAsync(TaskQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Cancels the task unless it has ended, and returns its state after that; null when there is no such task. When this
    /// returns, no new step starts, and running image steps stop before their next act that costs money.
    /// </summary>
    /// <exception cref="EngineUnavailableException"/>
    Task<TaskSnapshot?> CancelAsync(string taskId, CancellationToken cancellationToken);

    /// <summary>
    /// Continues a task that failed, under its id: finished steps are not repeated, or find that their work is done. A task in
    /// any other state is left alone.
    /// </summary>
    /// <returns>The task's state after that; null when there is no such task.</returns>
    /// <exception cref="EngineUnavailableException"/>
    Task<TaskSnapshot?> ResumeAsync(string taskId, CancellationToken cancellationToken);

    /// <summary>
    /// Removes the tasks that ended before this time, with everything that the engine stores about them. Their <c>Idempotency-Key</c>
    /// then starts a new task. What they saved stays. May be stopped and repeated at any time.
    /// </summary>
    /// <returns>How many were removed.</returns>
    /// <exception cref="EngineUnavailableException"/>
    Task<int> ForgetAsync(DateTimeOffset endedBefore, CancellationToken cancellationToken);
}

/// <summary>Which tasks to list, newest first.</summary>
/// <param name="State">Only tasks in this state; null for all.</param>
/// <param name="Limit">1 to 100.</param>
/// <param name="Cursor">Opaque: <see cref="TaskPage.NextCursor"/> of the previous page; null for the first page.</param>
public sealed record TaskQuery(TaskState? State, int Limit, string? Cursor)
{
    /// <summary>Only tasks of this user; null for all users.</summary>
    public string? UserId { get; init; }

    public bool Matches(TaskSnapshot? task) =>
        task is not null && (State is null || task.State == State) && (UserId is null || task.UserId == UserId);
}

/// <summary>A page of tasks, newest first.</summary>
/// <param name="Tasks">At most <see cref="TaskQuery.Limit"/>.</param>
/// <param name="NextCursor">The cursor of the next page; null on the last page.</param>
public sealed record TaskPage(IReadOnlyList<TaskSnapshot> Tasks, string? NextCursor);

/// <summary>The cursor did not come from this engine.</summary>
public sealed class InvalidCursorException() : Exception("The cursor did not come from this service.");

/// <summary>The engine cannot do this now; the same request may work later.</summary>
public sealed class EngineUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
