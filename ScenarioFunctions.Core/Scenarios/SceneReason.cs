using System.Text.Json.Serialization;

namespace ScenarioFunctions.Core.Scenarios;

/// <summary>Why a scene has no new image. The names are part of the API and never change.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SceneReason>))]
public enum SceneReason
{
    /// <summary>The first scene has its image already.</summary>
    [JsonStringEnumMemberName("first_scene")] FirstScene,

    /// <summary>The balance did not cover all images, so none was made.</summary>
    [JsonStringEnumMemberName("insufficient_credits")] InsufficientCredits,

    /// <summary>RunwayML is not configured, refuses our key, or is not reached at its address; the note says which.</summary>
    [JsonStringEnumMemberName("image_service_unavailable")] ImageServiceUnavailable,

    /// <summary>RunwayML's moderation rejected the prompt, the reference image or the result.</summary>
    [JsonStringEnumMemberName("content_rejected")] ContentRejected,

    /// <summary>RunwayML took the prompt and failed, or gave something that is no usable image.</summary>
    [JsonStringEnumMemberName("generation_failed")] GenerationFailed,

    /// <summary>The request was sent and its answer lost; it is not sent again, as that could pay twice.</summary>
    [JsonStringEnumMemberName("outcome_unknown")] OutcomeUnknown,

    /// <summary>The image was made, but could not be stored; it was not charged.</summary>
    [JsonStringEnumMemberName("storage_failed")] StorageFailed,

    /// <summary>The image was made and stored, but the user could not be charged, so it was removed.</summary>
    [JsonStringEnumMemberName("charge_failed")] ChargeFailed,

    /// <summary>RunwayML did not finish in time (30 minutes unless configured).</summary>
    [JsonStringEnumMemberName("timed_out")] TimedOut,

    /// <summary>The task was cancelled first.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled,
}
