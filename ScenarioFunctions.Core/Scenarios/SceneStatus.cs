using System.Text.Json.Serialization;

namespace ScenarioFunctions.Core.Scenarios;

/// <summary>What became of a scene's image, so far.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SceneStatus>))]
public enum SceneStatus
{
    [JsonStringEnumMemberName("pending")] Pending,
    [JsonStringEnumMemberName("generating")] Generating,

    /// <summary>The image is stored and charged.</summary>
    [JsonStringEnumMemberName("completed")] Completed,

    /// <summary>No image was made for the scene, for a stated reason, and the task went on.</summary>
    [JsonStringEnumMemberName("skipped")] Skipped,

    /// <summary>The task failed before the scene had its image.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>The task was cancelled before the scene had its image.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled,
}
