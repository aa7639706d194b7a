using ScenarioFunctions.Api;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Steps;

namespace ScenarioFunctions.Local.Cli;

/// <summary>The API's reasons in plain words, and what the user can do.</summary>
internal static class SceneReasonTexts
{
    /// <returns>Why a scene has no new image.</returns>
    public static string Plain(SceneReason reason) => reason switch
    {
        SceneReason.FirstScene => "already has its image",
        SceneReason.NoImagePrompt => "has no image_prompt",
        SceneReason.InsufficientCredits => "too few credits for all images",
        SceneReason.ImageServiceUnavailable => "RunwayML could not be used",
        SceneReason.ContentRejected => "rejected by RunwayML's moderation",
        SceneReason.GenerationFailed => "RunwayML could not make it",
        SceneReason.OutcomeUnknown => "RunwayML's answer was lost",
        SceneReason.StorageFailed => "could not be stored; not charged",
        SceneReason.ChargeFailed => "could not be charged, so it was removed",
        SceneReason.TimedOut => "RunwayML took too long",
        SceneReason.Cancelled => "cancelled before the image was made",
        SceneReason.LimitReached => "a limit was reached",
        _ => "no image",
    };

    /// <returns>What a scene in progress waits for.</returns>
    public static string Plain(WaitingResource waiting)
    {
        var attempt = waiting.Attempt is null ? "" : $" {waiting.Attempt} of {waiting.Attempts}";
        return waiting.For switch
        {
            WaitingFor.Retrying => $"retrying{attempt}",
            _ when attempt.Length > 0 => $"{Stage(waiting)}, attempt{attempt}",
            _ => Stage(waiting),
        };
    }

    private static string Stage(WaitingResource waiting) => waiting.For switch
    {
        WaitingFor.Queued => waiting.Place is { } place ? $"place {place} in the queue" : "in the queue",
        WaitingFor.Throttled => "RunwayML makes others first",
        _ => waiting.Percent is { } percent ? $"{percent} %" : "RunwayML makes it",
    };

    /// <returns>What the user can do; null when nothing is wrong.</returns>
    public static string? Next(SceneReason reason) => reason switch
    {
        SceneReason.FirstScene => null,
        SceneReason.NoImagePrompt => "Give it one: redo with --scene and --prompt.",
        SceneReason.InsufficientCredits => "Add credits, then redo.",
        SceneReason.ImageServiceUnavailable =>
            "Check that RunwayML can be reached and that RUNWAYML_API_SECRET and RUNWAYML_BASE_URL are right, then redo.",
        SceneReason.ContentRejected => "Reword its image_prompt: redo with --scene and --prompt.",
        SceneReason.GenerationFailed => "Redo; if it keeps failing, reword its image_prompt.",
        SceneReason.OutcomeUnknown =>
            "It was not ordered again, as that could cost twice. Check RunwayML's dashboard, then redo.",
        SceneReason.StorageFailed => "Check that the data folder is writable and its disk has free space, then redo.",
        SceneReason.ChargeFailed => "Check the user's credits, then redo.",
        SceneReason.TimedOut => "Redo later, or raise IMAGE_TIMEOUT_SECONDS.",
        SceneReason.Cancelled => "Redo to make it.",
        SceneReason.LimitReached => "Raise the limit that the note names, or redo after a day.",
        _ => null,
    };
}
