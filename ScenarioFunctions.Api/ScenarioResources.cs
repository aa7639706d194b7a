using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Api;

/// <summary>The current state of a scenario.</summary>
internal sealed record ScenarioResource(
    Guid ScenarioId,
    string ShortId,
    string UserId,
    string Title,
    string Description,
    string Script,
    int SceneCount,
    double EstimatedDuration,
    string? Resolution,
    JsonObject Metadata,
    string CreatedAt,
    IReadOnlyList<StoredSceneResource> Scenes);

/// <summary>The current state of a scene.</summary>
/// <param name="SceneNumber">1-based.</param>
/// <param name="Description">As posted.</param>
/// <param name="Duration">Seconds.</param>
/// <param name="ImagePrompt">As posted; each version has its own.</param>
/// <param name="VisualPrompt">As posted.</param>
/// <param name="ProductReferenceImageUrl">As posted.</param>
/// <param name="Status">The status of the image that is being made, or else of the one that is shown.</param>
/// <param name="Reason">Why there is no image.</param>
/// <param name="Note">For a person.</param>
/// <param name="FailureCode">RunwayML's code of the failure.</param>
/// <param name="OrderedAt">When RunwayML took the last order of an image that is being made or failed. A made image's is in its version.</param>
/// <param name="Attempt">Which order that was, from 1.</param>
/// <param name="StoredAt">When the image was stored, before it is charged.</param>
/// <param name="EndedAt">When the failure was recorded.</param>
/// <param name="ImageUrl">Absolute URL of the version that is shown.</param>
/// <param name="Version">The version that is shown; null without an image.</param>
/// <param name="Versions">All images that were made, oldest first.</param>
internal sealed record StoredSceneResource(
    int SceneNumber,
    string Description,
    double Duration,
    string ImagePrompt,
    string VisualPrompt,
    string? ProductReferenceImageUrl,
    SceneStatus Status,
    SceneReason? Reason,
    string? Note,
    string? FailureCode,
    string? OrderedAt,
    int? Attempt,
    string? StoredAt,
    string? EndedAt,
    string? ImageUrl,
    int? Version,
    IReadOnlyList<VersionResource> Versions);

/// <summary>One image of a scene. Unknown values are null, as for images of version 0.1.0.</summary>
internal sealed record VersionResource(
    int Version,
    string ImageUrl,
    string ImagePrompt,
    string? Model,
    long? Seed,
    string? Ratio,
    int? CreditsCharged,
    int? ImageServiceCredits,
    string CreatedAt,
    string? OrderedAt,
    int? Attempt,
    string? StoredAt,
    string? EndedAt,
    string? TaskId);

/// <summary>A page of scenarios, newest first.</summary>
internal sealed record ScenarioListResource(IReadOnlyList<ListedScenarioResource> Scenarios, string? NextCursor);

/// <summary>A scenario in a list, with the number of its scenes that have an image.</summary>
internal sealed record ListedScenarioResource(
    Guid ScenarioId, string ShortId, string UserId, string Title, int SceneCount, int Images, string CreatedAt);

/// <summary>Turns a stored scenario into the <see cref="ScenarioResource"/> that a client sees.</summary>
internal sealed class ScenarioResources(PublicUrls urls)
{
    public ScenarioResource Of(HttpRequest request, StoredScenario scenario)
    {
        var (row, details) = (scenario.Row, scenario.Row.Details);
        var images = scenario.Images.ToLookup(image => image.SceneId);
        var baseUrl = urls.BaseOf(request);
        return new ScenarioResource(
            row.Id, row.ShortId, row.UserId, details.Title, details.Description, details.Script, row.SceneCount,
            details.EstimatedDuration, PostedSize.In(details.Metadata), details.Metadata, ApiJson.Time(scenario.CreatedAt),
            [.. scenario.Scenes.Select(scene => SceneOf(baseUrl, scene, [.. images[scene.Id]]))]);
    }

    public static ListedScenarioResource Of(ListedScenario listed) => new(
        listed.Row.Id, listed.Row.ShortId, listed.Row.UserId, listed.Row.Details.Title, listed.Row.SceneCount, listed.Images,
        ApiJson.Time(listed.CreatedAt));

    private static StoredSceneResource SceneOf(string baseUrl, SceneRow scene, IReadOnlyList<SceneImage> images)
    {
        var (posted, state) = (scene.Scene, ShownImages.StateOf(scene, images));
        var shown = ShownImages.Shown(scene, images);
        var unmade = state.Status.IsInProgress() || !ShownImages.HasImage(scene) ? state : null;
        return new StoredSceneResource(
            posted.SceneNumber, posted.Description, posted.Duration, posted.ImagePrompt, posted.VisualPrompt,
            posted.ProductReferenceImageUrl, state.Status, state.Reason, state.Note,
            unmade?.FailureCode, ApiJson.Time(unmade?.OrderedAt), unmade?.Attempt, ApiJson.Time(unmade?.StoredAt),
            unmade is null ? null : ApiJson.Time(ShownImages.EndOf(scene, images)),
            ShownImages.HasImage(scene) ? PublicUrls.Absolute(baseUrl, scene.State.ImageUrl!) : null,
            shown?.Version,
            [.. images.Where(ShownImages.IsMade).OrderBy(image => image.Version).Select(image => VersionOf(baseUrl, image))]);
    }

    private static VersionResource VersionOf(string baseUrl, SceneImage image) => new(
        image.Version, PublicUrls.Absolute(baseUrl, image.State.ImageUrl!), image.ImagePrompt, image.State.Model, image.State.Seed,
        image.State.Ratio, image.State.CreditsCharged, image.State.ServiceCredits, ApiJson.Time(image.CreatedAt),
        ApiJson.Time(image.State.OrderedAt), image.State.Attempt, ApiJson.Time(image.State.StoredAt), ApiJson.Time(image.EndedAt), image.TaskId);
}

/// <summary>Combines the row of a scene with the rows of its images.</summary>
internal static class ShownImages
{
    public static bool IsMade(SceneImage image) => image.State is { Status: SceneStatus.Completed, ImageUrl: not null };

    /// <summary>Whether the scene shows an image. An image in progress does not count, as it is not charged yet.</summary>
    public static bool HasImage(SceneRow scene) => scene.State.ShownImage is not null;

    /// <summary>The version that the scene shows.</summary>
    public static SceneImage? Shown(SceneRow scene, IReadOnlyList<SceneImage> images) =>
        HasImage(scene) ? images.LastOrDefault(image => IsMade(image) && image.State.ImageUrl == scene.State.ImageUrl) : null;

    /// <summary>
    /// The state of the image that is being made again, if there is one; otherwise the state of the scene. If the scene has no
    /// image and a later task did not make one either, the state of that later attempt.
    /// </summary>
    public static SceneState StateOf(SceneRow scene, IReadOnlyList<SceneImage> images) => Later(scene, images)?.State ?? scene.State;

    /// <summary>When what <see cref="StateOf"/> tells ended.</summary>
    public static DateTimeOffset? EndOf(SceneRow scene, IReadOnlyList<SceneImage> images) =>
        Later(scene, images) is { } later ? later.EndedAt : scene.EndedAt;

    private static SceneImage? Later(SceneRow scene, IReadOnlyList<SceneImage> images)
    {
        var last = images.LastOrDefault(image => image.Id != scene.Id);
        return last is not null && (last.State.Status.IsInProgress() || !HasImage(scene)) ? last : null;
    }
}
