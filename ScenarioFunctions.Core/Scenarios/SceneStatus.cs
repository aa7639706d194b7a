using System.Text.Json.Serialization;
using ScenarioFunctions.Core.Json;

namespace ScenarioFunctions.Core.Scenarios;

/// <summary>The state of a scene's image.</summary>
[JsonConverter(typeof(EnumNameConverter<SceneStatus>))]
public enum SceneStatus
{
    Pending,
    Generating,

    /// <summary>The image is stored and charged.</summary>
    Completed,

    /// <summary>No image is made for the scene, for a stated reason; the task goes on.</summary>
    Skipped,

    /// <summary>The task failed before the scene had its image.</summary>
    Failed,

    /// <summary>The task was cancelled before the scene had its image.</summary>
    Cancelled,
}

public static class SceneStatusExtensions
{
    /// <summary>Whether the image may still be made.</summary>
    public static bool IsInProgress(this SceneStatus status) => status is SceneStatus.Pending or SceneStatus.Generating;
}

/// <summary>Why a scene has no new image. The names are part of the API and never change.</summary>
[JsonConverter(typeof(EnumNameConverter<SceneReason>))]
public enum SceneReason
{
    /// <summary>The first scene already has its image.</summary>
    FirstScene,

    /// <summary>The scene was posted without an <c>image_prompt</c>.</summary>
    NoImagePrompt,

    /// <summary>The credits did not cover all images, or a charge was refused: the image was not ordered.</summary>
    InsufficientCredits,

    /// <summary>
    /// RunwayML is not configured, rejects the key, is not found at its address or did not answer for too long, or the account
    /// there is exhausted; the note says which.
    /// </summary>
    ImageServiceUnavailable,

    /// <summary>RunwayML's moderation rejected the prompt, the reference image or the result.</summary>
    ContentRejected,

    /// <summary>RunwayML accepted the order and failed, or returned something that is not a usable image.</summary>
    GenerationFailed,

    /// <summary>The order was sent, but its answer was lost. It is not sent again, as it could be paid twice.</summary>
    OutcomeUnknown,

    /// <summary>The image was made, but could not be stored before the scene's timeout; it was not charged.</summary>
    StorageFailed,

    /// <summary>The image was made and stored, but the user could not be charged, so it was removed.</summary>
    ChargeFailed,

    /// <summary>RunwayML did not finish in time (default: 30 minutes).</summary>
    TimedOut,

    /// <summary>The task was cancelled before the image was made.</summary>
    Cancelled,

    /// <summary>A limit of the service was reached: of RunwayML credits or of rejected images; the note says which.</summary>
    LimitReached,
}
