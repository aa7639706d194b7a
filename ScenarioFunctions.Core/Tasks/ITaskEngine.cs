using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Core.Tasks;

/// <summary>What the API asks of the engine that runs the workflows.</summary>
public interface ITaskEngine
{
    /// <summary>
    /// Starts a task under <paramref name="taskId"/>, or, when one exists under that id in whatever state,
    /// leaves it alone and returns it: the caller compares <see cref="TaskSnapshot.RequestHash"/>.
    /// When it returns, the task outlives a crash.
    /// </summary>
    /// <exception cref="EngineUnavailableException">The engine cannot take work now; nothing was started.</exception>
    Task<TaskSnapshot> StartAsync(string taskId, SaveScenarioInput input, CancellationToken cancellationToken);

    /// <summary>The task, or null when there is none under that id.</summary>
    /// <exception cref="EngineUnavailableException"/>
    Task<TaskSnapshot?> FindAsync(string taskId, CancellationToken cancellationToken);

    /// <summary>How many tasks of a user have not ended, among those with an id that <see cref="Scenarios.ScenarioIds"/> made.</summary>
    /// <exception cref="EngineUnavailableException"/>
    Task<int> CountOpenAsync(string userId, CancellationToken cancellationToken);

    /// <exception cref="InvalidCursorException">The query's cursor is none that this engine gave out.</exception>
    /// <exception cref="EngineUnavailableException"/>
    Task<TaskPage> ListAsync(TaskQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Cancels the task unless it has ended, and returns it as it then is; null when there is none. When
    /// it returns, no new step starts, and running image steps stop before their next paid act.
    /// </summary>
    /// <exception cref="EngineUnavailableException"/>
    Task<TaskSnapshot?> CancelAsync(string taskId, CancellationToken cancellationToken);

    /// <summary>
    /// Removes the tasks that ended before then, with all that the engine keeps of them: an <c>Idempotency-Key</c> of theirs
    /// starts a new task. What they saved stays. May be stopped, and be repeated, at any time.
    /// </summary>
    /// <returns>How many were removed.</returns>
    /// <exception cref="EngineUnavailableException"/>
    Task<int> ForgetAsync(DateTimeOffset endedBefore, CancellationToken cancellationToken);
}

/// <summary>Which tasks to list, newest first.</summary>
/// <param name="State">Only those in this state; null for all.</param>
/// <param name="Limit">1 to 100.</param>
/// <param name="Cursor">Opaque: <see cref="TaskPage.NextCursor"/> of the page before; null for the first page.</param>
public sealed record TaskQuery(TaskState? State, int Limit, string? Cursor)
{
    /// <summary>Only this user's; null for all users'.</summary>
    public string? UserId { get; init; }

    public bool Matches(TaskSnapshot? task) =>
        task is not null && (State is null || task.State == State) && (UserId is null || task.UserId == UserId);
}

/// <summary>A page of tasks, newest first.</summary>
/// <param name="Tasks">At most as many as asked for.</param>
/// <param name="NextCursor">Leads to the next page; null on the last.</param>
public sealed record TaskPage(IReadOnlyList<TaskSnapshot> Tasks, string? NextCursor);

/// <summary>A list cursor that this engine did not give out.</summary>
public sealed class InvalidCursorException() : Exception("The cursor is none that this service gave out.");

/// <summary>The engine cannot take or answer this now; the same request may work later.</summary>
public sealed class EngineUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
