using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Core.Storage;

/// <summary>
/// The tables <c>video_scenarios</c>, <c>video_scenes</c> and <c>video_scene_images</c>. A write that returned is on disk.
/// Every member throws <see cref="StorageException"/> when the database refuses or does not answer.
/// </summary>
/// <remarks>
/// A task that makes images anew has a row in <c>video_scene_images</c> for each, under <see cref="ScenarioIds.Scene"/> of
/// its own id. Steps find, take, update and end such a row as they do a scene's: the store knows by the id which it is.
/// </remarks>
public interface IScenarioStore
{
    /// <summary>Inserts the row, or replaces the one with its id.</summary>
    Task SaveScenarioAsync(ScenarioRow row, CancellationToken cancellationToken);

    /// <summary>
    /// Inserts all rows in one call, all or none. Of a row that exists, what was posted is replaced and
    /// its <see cref="SceneState"/> is left as it is: a late retry must not undo a finished image.
    /// </summary>
    Task SaveScenesAsync(IReadOnlyList<SceneRow> rows, CancellationToken cancellationToken);

    /// <summary>The scene, or the image that is made anew, or null when there is none with that id.</summary>
    Task<SceneRow?> FindSceneAsync(Guid sceneId, CancellationToken cancellationToken);

    /// <summary>All scenes of a scenario by number, or all images that a task makes anew; empty when there are none.</summary>
    Task<IReadOnlyList<SceneRow>> ListScenesAsync(Guid scenarioId, CancellationToken cancellationToken);

    /// <summary>
    /// Takes a scene for an order of its image, so that of two runners only one orders. An update of the scene gives it back.
    /// </summary>
    /// <param name="sceneId">The scene.</param>
    /// <param name="runner">Who takes it; the same runner may take it again.</param>
    /// <param name="lease">For how long: the runner may end without a word. Zero gives back what it has.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>False when another runner has it, or the scene has a generation or has ended: read it again.</returns>
    Task<bool> TakeSceneAsync(Guid sceneId, string runner, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Replaces a scene's state.</summary>
    Task UpdateSceneAsync(Guid sceneId, SceneState state, CancellationToken cancellationToken);

    /// <summary>Replaces the state of those scenes of a scenario that are still pending, in one call.</summary>
    Task EndPendingScenesAsync(Guid scenarioId, SceneState state, CancellationToken cancellationToken);

    /// <summary>How many of a user's scenes were last changed since then and ended as <see cref="SceneReason.ContentRejected"/>.</summary>
    Task<long> CountRejectionsAsync(string userId, DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>The sum of <see cref="SceneState.ServiceCredits"/>.</summary>
    /// <param name="scenarioId">Of this scenario; null for all scenes that were last changed since then.</param>
    /// <param name="since">Only for all scenes.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<long> SumServiceCreditsAsync(Guid? scenarioId, DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>All that is stored of a scenario, as of one moment; null when there is none with that id.</summary>
    Task<StoredScenario?> ReadScenarioAsync(Guid scenarioId, CancellationToken cancellationToken);

    /// <summary>Scenarios, newest first.</summary>
    Task<IReadOnlyList<ListedScenario>> ListScenariosAsync(ScenarioQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Inserts images to be made anew, all or none: none when an image of one of their scenes is being made already. Their
    /// versions follow on the last that was made. Rows that exist are left as they are.
    /// </summary>
    /// <returns>Null when all are there; else the task that is making an image of one of the scenes.</returns>
    Task<string?> BeginImagesAsync(IReadOnlyList<NewImage> images, CancellationToken cancellationToken);

    /// <summary>Shows one of a scene's images: one that was made.</summary>
    Task ShowImageAsync(Guid sceneId, int version, CancellationToken cancellationToken);
}

/// <summary>One row of <c>video_scenarios</c>; <c>created_at</c> is the store's.</summary>
public sealed record ScenarioRow
{
    public required Guid Id { get; init; }
    public required string ShortId { get; init; }
    public required string UserId { get; init; }
    public required ScenarioDetails Details { get; init; }
    public required int SceneCount { get; init; }

    /// <summary>The task that saved it; null for one that version 0.1.0 or another program saved.</summary>
    public string? TaskId { get; init; }
}

/// <summary>One row of <c>video_scenes</c>; its times are the store's.</summary>
/// <param name="Id">See <see cref="ScenarioIds.Scene"/>.</param>
/// <param name="ScenarioId">The row of <c>video_scenarios</c> that it belongs to.</param>
/// <param name="Scene">What was posted.</param>
/// <param name="State">What became of it.</param>
public sealed record SceneRow(Guid Id, Guid ScenarioId, Scene Scene, SceneState State)
{
    /// <summary>The scene, when this is an image that is made anew for it; else null.</summary>
    public Guid? ImageOf { get; init; }

    /// <summary>Which of the scene's images: with the scene, it names the charge.</summary>
    public int Version { get; init; } = 1;
}

/// <summary>The columns of a scene that its image changes; always written together.</summary>
public sealed record SceneState
{
    public required SceneStatus Status { get; init; }

    /// <summary>Column <c>failure_reason</c>.</summary>
    public SceneReason? Reason { get; init; }

    /// <summary>RunwayML's id of the generation that was asked for; recorded as soon as it is known.</summary>
    public string? GenerationId { get; init; }

    /// <summary>Column <c>image_url</c>: permanent; absolute, or a path on this host.</summary>
    public string? ImageUrl { get; init; }

    /// <summary>Column <c>image_note</c>: what was left out or changed, for a person.</summary>
    public string? Note { get; init; }

    /// <summary>
    /// Column <c>image_service_credits</c>: what RunwayML asked for all generations of the scene, in its own credits. An
    /// estimate while the last one is under way; null when none was ordered.
    /// </summary>
    public int? ServiceCredits { get; init; }

    /// <summary>Columns <c>image_model</c>, <c>image_ratio</c> and <c>image_seed</c>: as ordered; null until then.</summary>
    public string? Model { get; init; }

    /// <inheritdoc cref="Model"/>
    public string? Ratio { get; init; }

    /// <inheritdoc cref="Model"/>
    public long? Seed { get; init; }

    /// <summary>Column <c>credits_charged</c>: what the user paid for the image; null until then.</summary>
    public int? CreditsCharged { get; init; }

    /// <summary>No image will be made, for <paramref name="reason"/>.</summary>
    public static SceneState SkippedFor(SceneReason reason) => new() { Status = SceneStatus.Skipped, Reason = reason };

    /// <summary>Cancelled; <paramref name="generationId"/> stays on record when one was asked for.</summary>
    public static SceneState CancelledFrom(string? generationId) => new()
    {
        Status = SceneStatus.Cancelled,
        Reason = SceneReason.Cancelled,
        GenerationId = generationId,
    };
}
