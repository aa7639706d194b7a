using System.Text.Json.Serialization;

namespace ScenarioFunctions.Core.Steps;

/// <summary>What the workflow does after a run of the image step.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SceneImageNext>))]
public enum SceneImageNext
{
    /// <summary>Nothing: the scene has ended.</summary>
    [JsonStringEnumMemberName("none")] None,

    /// <summary>Call again: the step's budget ran out while RunwayML works on it.</summary>
    [JsonStringEnumMemberName("wait")] Wait,

    /// <summary>Call again for another generation: this one failed in a way that may pass.</summary>
    [JsonStringEnumMemberName("generate_again")] GenerateAgain,
}
