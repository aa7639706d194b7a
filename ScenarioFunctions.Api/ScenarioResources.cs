using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Api;

/// <summary>A scenario as it is now.</summary>
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

/// <summary>A scene as it is now.</summary>
/// <param name="SceneNumber">1-based.</param>
/// <param name="Description">As posted.</param>
/// <param name="Duration">Seconds.</param>
/// <param name="ImagePrompt">As posted; each version tells its own.</param>
/// <param name="VisualPrompt">As posted.</param>
/// <param name="ProductReferenceImageUrl">As posted.</param>
/// <param name="Status">Of the image that is being made, else of the one that is shown.</param>
/// <param name="Reason">Why there is no image.</param>
/// <param name="Note">For a person.</param>
/// <param name="ImageUrl">Of the version that is shown, absolute.</param>
/// <param name="Version">Which one is shown; null without an image.</param>
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
    string? ImageUrl,
    int? Version,
    IReadOnlyList<VersionResource> Versions);

/// <summary>One image of a scene; what is not known of it, as of those of version 0.1.0, is null.</summary>
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
    string? TaskId);

/// <summary>A page of scenarios, newest first.</summary>
internal sealed record ScenarioListResource(IReadOnlyList<ListedScenarioResource> Scenarios, string? NextCursor);

/// <summary>A scenario in a list, with how many of its scenes have an image.</summary>
internal sealed record ListedScenarioResource(
    Guid ScenarioId, string ShortId, string UserId, string Title, int SceneCount, int Images, string CreatedAt);

/// <summary>Makes the scenario that a client sees from what is stored.</summary>
internal sealed class ScenarioResources(PublicUrls urls)
{
    public ScenarioResource Of(HttpRequest request, StoredScenario scenario)
    {
        var (row, details) = (scenario.Row, scenario.Row.Details);
        var images = scenario.Images.ToLookup(image => image.SceneId);
        return new ScenarioResource(
            row.Id, row.ShortId, row.UserId, details.Title, details.Description, details.Script, row.SceneCount,
            details.EstimatedDuration, PostedSize.In(details.Metadata), details.Metadata, Time(scenario.CreatedAt),
            [.. scenario.Scenes.Select(scene => SceneOf(request, scene, [.. images[scene.Id]]))]);
    }

    public static ListedScenarioResource Of(ListedScenario listed) => new(
        listed.Row.Id, listed.Row.ShortId, listed.Row.UserId, listed.Row.Details.Title, listed.Row.SceneCount, listed.Images,
        Time(listed.CreatedAt));

    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private StoredSceneResource SceneOf(HttpRequest request, SceneRow scene, IReadOnlyList<SceneImage> images)
    {
        var (posted, state) = (scene.Scene, ShownImages.StateOf(scene, images));
        var shown = ShownImages.Shown(scene, images);
        return new StoredSceneResource(
            posted.SceneNumber, posted.Description, posted.Duration, posted.ImagePrompt, posted.VisualPrompt,
            posted.ProductReferenceImageUrl, state.Status, state.Reason, state.Note,
            ShownImages.HasImage(scene) ? urls.Absolute(request, scene.State.ImageUrl!) : null,
            shown?.Version,
            [.. images.Where(ShownImages.IsMade).OrderBy(image => image.Version).Select(image => VersionOf(request, image))]);
    }

    private VersionResource VersionOf(HttpRequest request, SceneImage image) => new(
        image.Version, urls.Absolute(request, image.State.ImageUrl!), image.ImagePrompt, image.State.Model, image.State.Seed,
        image.State.Ratio, image.State.CreditsCharged, image.State.ServiceCredits, Time(image.CreatedAt), image.TaskId);
}

/// <summary>What the rows of a scene and of its images say together.</summary>
internal static class ShownImages
{
    public static bool IsMade(SceneImage image) => image.State is { Status: SceneStatus.Completed, ImageUrl: not null };

    public static bool IsUnderWay(SceneState state) => state.Status is SceneStatus.Pending or SceneStatus.Generating;

    /// <summary>Whether the scene shows an image: one that is on its way is not charged yet.</summary>
    public static bool HasImage(SceneRow scene) => scene.State.ImageUrl is not null && !IsUnderWay(scene.State);

    /// <summary>The version that the scene shows.</summary>
    public static SceneImage? Shown(SceneRow scene, IReadOnlyList<SceneImage> images) =>
        HasImage(scene) ? images.LastOrDefault(image => IsMade(image) && image.State.ImageUrl == scene.State.ImageUrl) : null;

    /// <summary>
    /// Of the image that is being made anew, where one is; else of the scene, unless it has no image and a later task did
    /// not make one either, and says why.
    /// </summary>
    public static SceneState StateOf(SceneRow scene, IReadOnlyList<SceneImage> images)
    {
        var last = images.LastOrDefault(image => image.Id != scene.Id);
        return last is not null && (IsUnderWay(last.State) || !HasImage(scene)) ? last.State : scene.State;
    }
}
