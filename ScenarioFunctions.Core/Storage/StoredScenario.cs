using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Core.Storage;

/// <summary>A scenario in the database.</summary>
/// <param name="Row">The scenario itself.</param>
/// <param name="CreatedAt">When it was saved.</param>
/// <param name="Scenes">By number.</param>
/// <param name="Images">The images of all scenes, oldest first: made, being made, or failed.</param>
public sealed record StoredScenario(
    ScenarioRow Row, DateTimeOffset CreatedAt, IReadOnlyList<SceneRow> Scenes, IReadOnlyList<SceneImage> Images)
{
    /// <inheritdoc cref="IScenarioStore.FindLookAsync"/>
    public SharedLook? Look =>
        SharedLook.In(Row.Details.Metadata, Scenes.FirstOrDefault(scene => scene.Scene.SceneNumber == 1)?.State.ShownImage);
}

/// <summary>One row of <c>video_scene_images</c>.</summary>
public sealed record SceneImage
{
    /// <summary>For the first image of a scene, the scene's own id.</summary>
    public required Guid Id { get; init; }

    public required Guid SceneId { get; init; }

    /// <summary>From 1. The next image gets the number of an image that failed.</summary>
    public required int Version { get; init; }

    /// <summary>The task that made it; null when unknown.</summary>
    public string? TaskId { get; init; }

    public string ImagePrompt { get; init; } = "";

    public string? ProductReferenceImageUrl { get; init; }

    public required SceneState State { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <inheritdoc cref="SceneRow.EndedAt"/>
    public DateTimeOffset? EndedAt { get; init; }
}

/// <summary>An image to be made again.</summary>
/// <param name="Id">The <see cref="ScenarioIds.Scene"/> of the task that makes it.</param>
/// <param name="RunId">The <see cref="ScenarioIds.Scenario"/> of that task.</param>
/// <param name="TaskId">The task that makes it.</param>
/// <param name="SceneId">The scene's id.</param>
/// <param name="Prompt">What it should show.</param>
/// <param name="ProductReferenceImageUrl">As posted.</param>
/// <param name="Model">Null means the setting.</param>
/// <param name="Seed">Null means the scenario's seed, or RunwayML's choice.</param>
public sealed record NewImage(
    Guid Id, Guid RunId, string TaskId, Guid SceneId, string Prompt, string? ProductReferenceImageUrl, string? Model, long? Seed);

/// <summary>A scenario in a list.</summary>
/// <param name="Row">Only with the fields of a list: of the details, only the title.</param>
/// <param name="CreatedAt">When it was saved.</param>
/// <param name="Images">How many of its scenes show an image.</param>
public sealed record ListedScenario(ScenarioRow Row, DateTimeOffset CreatedAt, int Images)
{
    public ScenarioCursor Cursor => new(CreatedAt, Row.Id);
}

/// <summary>Which scenarios to list.</summary>
/// <param name="ShortId">Only scenarios of this short; null for all.</param>
/// <param name="UserId">Only scenarios of this user; null for all users.</param>
/// <param name="Limit">The largest number of results.</param>
/// <param name="After">The last one of the previous page; null for the first page.</param>
public sealed record ScenarioQuery(string? ShortId, string? UserId, int Limit, ScenarioCursor? After);

/// <summary>A scenario's position in the order newest first. As text it is the cursor of the page that ends there.</summary>
public sealed record ScenarioCursor(DateTimeOffset CreatedAt, Guid Id)
{
    /// <inheritdoc cref="PageCursor.Read"/>
    public static ScenarioCursor? Parse(string text) =>
        PageCursor.Read(text) is var (createdAt, id) && Guid.TryParse(id, out var scenarioId)
            ? new ScenarioCursor(createdAt, scenarioId)
            : null;

    public override string ToString() => PageCursor.Write(CreatedAt, $"{Id}");
}
