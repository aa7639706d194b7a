using System.Text.Json.Serialization;
using ScenarioFunctions.Core.Json;

namespace ScenarioFunctions.Core.Scenarios;

/// <summary>What became of a scene's image, so far.</summary>
[JsonConverter(typeof(EnumNameConverter<SceneStatus>))]
public enum SceneStatus
{
    Pending,
    Generating,

    /// <summary>The image is stored and charged.</summary>
    Completed,

    /// <summary>No image was made for the scene, for a stated reason, and the task went on.</summary>
    Skipped,

    /// <summary>The task failed before the scene had its image.</summary>
    Failed,

    /// <summary>The task was cancelled before the scene had its image.</summary>
    Cancelled,
}

/// <summary>Why a scene has no new image. The names are part of the API and never change.</summary>
[JsonConverter(typeof(EnumNameConverter<SceneReason>))]
public enum SceneReason
{
    /// <summary>The first scene has its image already.</summary>
    FirstScene,

    /// <summary>The scene was posted without an <c>image_prompt</c>.</summary>
    NoImagePrompt,

    /// <summary>The credits did not cover all images, or a charge was refused: this one was not ordered.</summary>
    InsufficientCredits,

    /// <summary>
    /// RunwayML is not configured, refuses our key, is not found at its address, did not answer for too long, or our
    /// account there is exhausted; the note says which.
    /// </summary>
    ImageServiceUnavailable,

    /// <summary>RunwayML's moderation rejected the prompt, the reference image or the result.</summary>
    ContentRejected,

    /// <summary>RunwayML took the prompt and failed, or gave something that is no usable image.</summary>
    GenerationFailed,

    /// <summary>The request was sent and its answer lost; it is not sent again, as that could pay twice.</summary>
    OutcomeUnknown,

    /// <summary>The image was made, but could not be stored while the scene had time; it was not charged.</summary>
    StorageFailed,

    /// <summary>The image was made and stored, but the user could not be charged, so it was removed.</summary>
    ChargeFailed,

    /// <summary>RunwayML did not finish in time (30 minutes unless configured).</summary>
    TimedOut,

    /// <summary>The task was cancelled first.</summary>
    Cancelled,

    /// <summary>A limit of the service is reached: of credits at RunwayML, or of rejected images; the note says which.</summary>
    LimitReached,
}
