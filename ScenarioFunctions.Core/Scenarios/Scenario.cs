using System.Text.Json.Nodes;

namespace ScenarioFunctions.Core.Scenarios;

/// <summary>A scenario as it was posted, parsed and checked.</summary>
/// <param name="Details">What is said of the whole scenario.</param>
/// <param name="Scenes">1 to 100 scenes, in the order posted, numbered from 1 without a gap.</param>
public sealed record Scenario(ScenarioDetails Details, IReadOnlyList<Scene> Scenes);

/// <summary>What a scenario says of itself as a whole: one row of <c>video_scenarios</c>.</summary>
public sealed record ScenarioDetails
{
    public required string Title { get; init; }

    public string Description { get; init; } = "";

    /// <summary>Hook, main and call to action of the audio script, joined by line breaks.</summary>
    public string Script { get; init; } = "";

    /// <summary>Seconds: <c>total_duration</c> as posted, else the sum of the scenes' durations.</summary>
    public double EstimatedDuration { get; init; }

    /// <summary>As posted, such as <c>1080:1920</c> or <c>1080x1920</c>; also in <see cref="Metadata"/>.</summary>
    public string? Resolution { get; init; }

    /// <summary>All else that was posted (style, mood, demographics, hashtags, unknown fields), unchanged.</summary>
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

    /// <summary>What the image shows. Stored whole, however long; empty only on the first scene.</summary>
    public string ImagePrompt { get; init; } = "";

    public string VisualPrompt { get; init; } = "";

    public string? ProductReferenceImageUrl { get; init; }

    public string? ImageReasoning { get; init; }
}
