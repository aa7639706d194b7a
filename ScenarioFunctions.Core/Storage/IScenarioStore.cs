namespace ScenarioFunctions.Core.Storage;

/// <summary>
/// The tables <c>video_scenarios</c> and <c>video_scenes</c>. A write that returned is on disk. Every
/// member throws <see cref="StorageException"/> when the database refuses or does not answer.
/// </summary>
public interface IScenarioStore
{
    /// <summary>Inserts the row, or replaces the one with its id.</summary>
    Task SaveScenarioAsync(ScenarioRow row, CancellationToken cancellationToken);

    /// <summary>
    /// Inserts all rows in one call, all or none. Of a row that exists, what was posted is replaced and
    /// its <see cref="SceneState"/> is left as it is: a late retry must not undo a finished image.
    /// </summary>
    Task SaveScenesAsync(IReadOnlyList<SceneRow> rows, CancellationToken cancellationToken);

    /// <summary>The scene, or null when there is none with that id.</summary>
    Task<SceneRow?> FindSceneAsync(Guid sceneId, CancellationToken cancellationToken);

    /// <summary>All scenes of a scenario by number; empty when there are none.</summary>
    Task<IReadOnlyList<SceneRow>> ListScenesAsync(Guid scenarioId, CancellationToken cancellationToken);

    /// <summary>Replaces a scene's state.</summary>
    Task UpdateSceneAsync(Guid sceneId, SceneState state, CancellationToken cancellationToken);

    /// <summary>Replaces the state of those scenes of a scenario that are still pending, in one call.</summary>
    Task EndPendingScenesAsync(Guid scenarioId, SceneState state, CancellationToken cancellationToken);
}
