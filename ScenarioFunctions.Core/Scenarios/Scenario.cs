using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ScenarioFunctions.Core.Scenarios;

/// <summary>A posted scenario, parsed and checked.</summary>
/// <param name="Details">The fields of the scenario itself.</param>
/// <param name="Scenes">1 to 100 scenes, in the order posted, numbered from 1 without gaps.</param>
public sealed record Scenario(ScenarioDetails Details, IReadOnlyList<Scene> Scenes);

/// <summary>The fields of a scenario, without its scenes: one row of <c>video_scenarios</c>.</summary>
public sealed record ScenarioDetails
{
    public required string Title { get; init; }

    public string Description { get; init; } = "";

    /// <summary>Hook, main and call to action of the audio script, joined by line breaks.</summary>
    public string Script { get; init; } = "";

    /// <summary>Seconds: <c>total_duration</c> as posted, else the sum of the scenes' durations.</summary>
    public double EstimatedDuration { get; init; }

    /// <summary>The posted image size, such as <c>1080:1920</c> or <c>720p, landscape</c>; also in <see cref="Metadata"/>.</summary>
    public string? Resolution { get; init; }

    /// <summary>Everything else that was posted (style, mood, demographics, hashtags, unknown fields), unchanged.</summary>
    public JsonObject Metadata { get; init; } = [];
}

/// <summary>One scene of a scenario.</summary>
public sealed record Scene
{
    /// <summary>1-based position in the scenario as posted.</summary>
    public required int SceneNumber { get; init; }

    public string Description { get; init; } = "";

    /// <summary>Seconds.</summary>
    public double Duration { get; init; }

    /// <summary>What the image should show. Stored in full, however long. A scene without it gets no image.</summary>
    public string ImagePrompt { get; init; } = "";

    public string VisualPrompt { get; init; } = "";

    public string? ProductReferenceImageUrl { get; init; }

    public string? ImageReasoning { get; init; }

    /// <summary>Like <see cref="ScenarioDetails.Resolution"/>, for a scene with its own.</summary>
    public string? Resolution { get; init; }

    /// <summary>URL of the image that the first scene already has, if it was posted.</summary>
    public string? ImageUrl { get; init; }

    /// <summary>The model for an image that is made again; null means the setting.</summary>
    public string? Model { get; init; }

    /// <summary>The seed for an image that is made again; null means the scenario's.</summary>
    public long? Seed { get; init; }

    /// <summary>Why no image is made, whatever the balance; null when one is made.</summary>
    [JsonIgnore]
    public SceneReason? NoImageFor =>
        SceneNumber == 1 ? SceneReason.FirstScene
        : string.IsNullOrWhiteSpace(ImagePrompt) ? SceneReason.NoImagePrompt
        : null;
}
