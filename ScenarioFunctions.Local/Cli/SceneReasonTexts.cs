using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Local.Cli;

/// <summary>The API's reasons in plain words, and what to do about each.</summary>
internal static class SceneReasonTexts
{
    /// <returns>Why a scene has no new image.</returns>
    public static string Plain(SceneReason reason) => reason switch
    {
        SceneReason.FirstScene => "has its image already",
        SceneReason.NoImagePrompt => "has no image_prompt",
        SceneReason.InsufficientCredits => "too few credits for all images",
        SceneReason.ImageServiceUnavailable => "RunwayML could not be used",
        SceneReason.ContentRejected => "rejected by RunwayML's moderation",
        SceneReason.GenerationFailed => "RunwayML could not make it",
        SceneReason.OutcomeUnknown => "RunwayML's answer was lost",
        SceneReason.StorageFailed => "could not be stored, not charged",
        SceneReason.ChargeFailed => "could not be charged, so removed",
        SceneReason.TimedOut => "RunwayML took too long",
        SceneReason.Cancelled => "cancelled before it was made",
        SceneReason.LimitReached => "a limit is reached",
        _ => "no image",
    };

    /// <returns>What a person can do about it; null when nothing is amiss.</returns>
    public static string? Next(SceneReason reason) => reason switch
    {
        SceneReason.FirstScene => null,
        SceneReason.NoImagePrompt => "Give it an image_prompt, then save again.",
        SceneReason.InsufficientCredits => "Add credits, then save again.",
        SceneReason.ImageServiceUnavailable =>
            "See that RunwayML can be reached and that RUNWAYML_API_SECRET and RUNWAYML_BASE_URL are right, then save again.",
        SceneReason.ContentRejected => "Reword its image_prompt, or change its reference image, then save again.",
        SceneReason.GenerationFailed => "Save again; if it keeps failing, reword its image_prompt.",
        SceneReason.OutcomeUnknown =>
            "It was not asked for twice, as that could be paid twice. Look at RunwayML's dashboard, then save again.",
        SceneReason.StorageFailed => "See that the data folder is writable and its disk has room, then save again.",
        SceneReason.ChargeFailed => "Look at the user's credits, then save again.",
        SceneReason.TimedOut => "Save again later, or raise IMAGE_TIMEOUT_SECONDS.",
        SceneReason.Cancelled => "Save again to have it made.",
        SceneReason.LimitReached => "Raise the limit that the note names, or save again when a day has passed.",
        _ => null,
    };
}
