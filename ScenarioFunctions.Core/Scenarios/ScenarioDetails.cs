using System.Text.Json.Nodes;

namespace ScenarioFunctions.Core.Scenarios;

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
