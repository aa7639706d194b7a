using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Core.Storage;

/// <summary>
/// The tables <c>video_scenarios</c>, <c>video_scenes</c> and <c>video_scene_images</c>. When a write returns, it is on disk.
/// Every member throws <see cref="StorageException"/> when the database refuses or does not answer.
/// </summary>
/// <remarks>
/// A task that makes images again has a row in <c>video_scene_images</c> for each, with the <see cref="ScenarioIds.Scene"/> of
/// its own id. Steps find, take, update and end such a row like a scene's row: the store knows by the id which one it is.
/// </remarks>
public interface IScenarioStore
{
    /// <summary>The answer of <see cref="BeginImagesAsync"/> for a scenario that is removed or is being removed. No task's id.</summary>
    const string Removed = "removed";

    /// <summary>Inserts the row, or replaces the row with the same id. Refuses the id of a removed scenario.</summary>
    Task SaveScenarioAsync(ScenarioRow row, CancellationToken cancellationToken);

    /// <summary>
    /// Inserts all rows in one call, all or none. For a row that exists, replaces what was posted but keeps its
    /// <see cref="SceneState"/>: a late retry must not undo a finished image.
    /// </summary>
    Task SaveScenesAsync(IReadOnlyList<SceneRow> rows, CancellationToken cancellationToken);

    /// <summary>The scene, or the image that is made again; null when there is none with this id.</summary>
    Task<SceneRow?> FindSceneAsync(Guid sceneId, CancellationToken cancellationToken);

    /// <summary>All scenes of a scenario by number, or all images that a task makes again; empty when there are none.</summary>
    Task<IReadOnlyList<SceneRow>> ListScenesAsync(Guid scenarioId, CancellationToken cancellationToken);

    /// <summary>
    /// Takes a scene before its image is ordered, so that only one of two runners orders. An update of the scene gives it back.
    /// </summary>
    /// <param name="sceneId">The scene.</param>
    /// <param name="runner">Identifies the runner; the same runner may take the scene again.</param>
    /// <param name="lease">How long the runner keeps the scene, in case it dies. Zero gives the scene back.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False when another runner has the scene, or the scene has a generation or has ended: read it again.</returns>
    Task<bool> TakeSceneAsync(Guid sceneId, string runner, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces a scene's state. A state in progress only replaces one in progress, with the same generation or none. An order is
    /// recorded in a cancelled scene, too, so that it can be cancelled; but never where an image is.
    /// </summary>
    /// <returns>False when the scene is not there any more, or the state does not fit; then nothing was changed.</returns>
    Task<bool> UpdateSceneAsync(Guid sceneId, SceneState state, CancellationToken cancellationToken);

    /// <summary>Replaces the state of all scenes of a scenario that are still pending, in one call.</summary>
    Task EndPendingScenesAsync(Guid scenarioId, SceneState state, CancellationToken cancellationToken);

    /// <summary>Counts a user's scenes that were rejected (<see cref="SceneReason.ContentRejected"/>) since then.</summary>
    Task<long> CountRejectionsAsync(string userId, DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>The sum of <see cref="SceneState.ServiceCredits"/>.</summary>
    /// <param name="scenarioId">The scenario; null for all scenes that last changed at or after <paramref name="since"/>.</param>
    /// <param name="since">Only used for all scenes.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<long> SumServiceCreditsAsync(Guid? scenarioId, DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>What a scenario asks for in all its images, with the image that its first scene shows; null when it asks for nothing.</summary>
    Task<SharedLook?> FindLookAsync(Guid scenarioId, CancellationToken cancellationToken);

    /// <summary>Everything stored about a scenario, from one snapshot; null when there is none with this id.</summary>
    Task<StoredScenario?> ReadScenarioAsync(Guid scenarioId, CancellationToken cancellationToken);

    /// <summary>
    /// Whether a task had this id for its scenario, even a removed one, or for the images that it made again. The task may be forgotten by
    /// now. Images that nobody has ordered do not count for a day: their task may not be started yet.
    /// </summary>
    Task<bool> IsUsedAsync(Guid scenarioId, CancellationToken cancellationToken);

    /// <summary>Scenarios, newest first.</summary>
    Task<IReadOnlyList<ListedScenario>> ListScenariosAsync(ScenarioQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Inserts images to be made again, all or none: none when an image of one of their scenes is already being made. Their
    /// versions continue after the last one made. Existing rows are not changed, but what was cancelled before an order begins again:
    /// its task was not started.
    /// </summary>
    /// <returns>
    /// Null when all rows exist; otherwise the task that is making an image of one of the scenes, or <see cref="Removed"/>.
    /// </returns>
    Task<string?> BeginImagesAsync(IReadOnlyList<NewImage> images, CancellationToken cancellationToken);

    /// <summary>Selects which of a scene's finished images is shown.</summary>
    Task ShowImageAsync(Guid sceneId, int version, CancellationToken cancellationToken);

    /// <summary>Begins the removal of a scenario: no image of it is begun any more, and those that were not ordered end.</summary>
    /// <param name="scenarioId">The scenario.</param>
    /// <param name="ended">Its scenes and images in progress on which no task works any more.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False, and nothing was changed, when another scene or image of it is in progress.</returns>
    Task<bool> BeginRemovalAsync(Guid scenarioId, IReadOnlyCollection<Guid> ended, CancellationToken cancellationToken);

    /// <summary>
    /// Removes all rows of a scenario, in one transaction. What its images cost and how many were rejected still counts for
    /// two days: nobody gets around a daily limit by removing scenarios.
    /// </summary>
    Task RemoveScenarioAsync(Guid scenarioId, CancellationToken cancellationToken);
}

/// <summary>One row of <c>video_scenarios</c>. The store sets <c>created_at</c>.</summary>
public sealed record ScenarioRow
{
    public required Guid Id { get; init; }
    public required string ShortId { get; init; }
    public required string UserId { get; init; }
    public required ScenarioDetails Details { get; init; }
    public required int SceneCount { get; init; }

    /// <summary>The task that saved the row; null if version 0.1.0 or another program saved it.</summary>
    public string? TaskId { get; init; }
}

/// <summary>One row of <c>video_scenes</c>. The store sets its times.</summary>
/// <param name="Id">See <see cref="ScenarioIds.Scene"/>.</param>
/// <param name="ScenarioId">The id of its row in <c>video_scenarios</c>.</param>
/// <param name="Scene">What was posted.</param>
/// <param name="State">The state of its image.</param>
public sealed record SceneRow(Guid Id, Guid ScenarioId, Scene Scene, SceneState State)
{
    /// <summary>The scene's id, if this is an image that is made again for it; otherwise null.</summary>
    public Guid? ImageOf { get; init; }

    /// <summary>The version of the scene's image. Scene and version are the reference of the charge.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Column <c>ended_at</c>, set by the store: when the end of its image was recorded. Null until then, and when unknown.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}

/// <summary>The columns of a scene that change while its image is made; always written together.</summary>
public sealed record SceneState
{
    public required SceneStatus Status { get; init; }

    /// <summary>Column <c>failure_reason</c>.</summary>
    public SceneReason? Reason { get; init; }

    /// <summary>Column <c>failure_code</c>: RunwayML's code of the generation that failed, such as <c>SAFETY.INPUT.TEXT</c>.</summary>
    public string? FailureCode { get; init; }

    /// <summary>RunwayML's id of the generation; recorded as soon as it is known.</summary>
    public string? GenerationId { get; init; }

    /// <summary>Column <c>ordered_at</c>: when RunwayML took the last order. Null before it, and when unknown.</summary>
    public DateTimeOffset? OrderedAt { get; init; }

    /// <summary>Column <c>image_attempt</c>: which order that was, from 1.</summary>
    public int? Attempt { get; init; }

    /// <summary>Column <c>stored_at</c>: when the image was stored permanently.</summary>
    public DateTimeOffset? StoredAt { get; init; }

    /// <summary>Column <c>image_url</c>: permanent; absolute, or a path on this host.</summary>
    public string? ImageUrl { get; init; }

    /// <summary>The image that the scene shows. One in progress does not count, as it is not charged yet.</summary>
    public string? ShownImage => Status.IsInProgress() ? null : ImageUrl;

    /// <summary>Column <c>image_note</c>: text for people about what was left out or changed.</summary>
    public string? Note { get; init; }

    /// <summary>
    /// Column <c>image_service_credits</c>: RunwayML credits that all generations of the scene cost. An estimate while the last
    /// one is in progress; null when none was ordered.
    /// </summary>
    public int? ServiceCredits { get; init; }

    /// <summary>Columns <c>image_model</c>, <c>image_ratio</c> and <c>image_seed</c>: as ordered; null before the order.</summary>
    public string? Model { get; init; }

    /// <inheritdoc cref="Model"/>
    public string? Ratio { get; init; }

    /// <inheritdoc cref="Model"/>
    public long? Seed { get; init; }

    /// <summary>Column <c>credits_charged</c>: what the user paid for the image; null before the charge.</summary>
    public int? CreditsCharged { get; init; }

    /// <summary>An end of this state: it keeps what is known of the order.</summary>
    public SceneState EndedAs(SceneState end) => end with
    {
        GenerationId = GenerationId,
        OrderedAt = OrderedAt,
        Attempt = Attempt,
        StoredAt = StoredAt,
        ServiceCredits = ServiceCredits,
    };

    /// <summary>No image is made, for <paramref name="reason"/>.</summary>
    public static SceneState SkippedFor(SceneReason reason) => new() { Status = SceneStatus.Skipped, Reason = reason };

    /// <summary>The task was cancelled before the image was made.</summary>
    public static SceneState Cancelled { get; } = new() { Status = SceneStatus.Cancelled, Reason = SceneReason.Cancelled };
}
