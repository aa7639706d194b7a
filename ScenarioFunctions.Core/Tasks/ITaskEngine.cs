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

    /// <exception cref="InvalidCursorException">The query's cursor is none that this engine gave out.</exception>
    /// <exception cref="EngineUnavailableException"/>
    Task<TaskPage> ListAsync(TaskQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Cancels the task unless it has ended, and returns it as it then is; null when there is none. When
    /// it returns, no new step starts, and running image steps stop before their next paid act.
    /// </summary>
    /// <exception cref="EngineUnavailableException"/>
    Task<TaskSnapshot?> CancelAsync(string taskId, CancellationToken cancellationToken);
}
