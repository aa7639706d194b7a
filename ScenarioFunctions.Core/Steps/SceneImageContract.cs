using System.Diagnostics;
using System.Text.Json.Serialization;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Telemetry;

namespace ScenarioFunctions.Core.Steps;

/// <summary>Only ids and counters: the prompt is read from the database, so that histories stay small.</summary>
/// <param name="TaskId">The scene's id derives from this and the scene number.</param>
/// <param name="SceneNumber">2 or more.</param>
/// <param name="UserId">The user who pays.</param>
/// <param name="Resolution">As posted; determines the ratio.</param>
/// <param name="CreditsPerImage">Charged once the image is stored.</param>
/// <param name="Wait">The number of this run of the step for this scene, from 1. Each run waits at most one step budget.</param>
/// <param name="Generation">The number of the generation for this scene, from 1. After a temporary failure another is ordered.</param>
/// <param name="Hold">The hold that the image is charged from; null in a task that version 0.1.0 started.</param>
/// <param name="OrderingStoppedFor">Why the task orders no more images; null while it does.</param>
public sealed record GenerateSceneImageInput(
    string TaskId,
    int SceneNumber,
    string UserId,
    string? Resolution,
    int CreditsPerImage,
    int Wait,
    int Generation,
    string? Hold = null,
    OrderingStop? OrderingStoppedFor = null)
    : ILogged, ITraced, IContinuation
{
    /// <summary>From the previous run; null in the first, and after a run of version 0.1.0.</summary>
    public CarriedOver? Carried { get; init; }

    /// <summary>Whether the scenario has a <see cref="SharedLook"/>. Null in records of version 0.1.0.</summary>
    public bool? HasLook { get; init; }

    /// <summary>When the hold expires, as far as the workflow knows. Null in records of version 0.2.0: then it is not renewed.</summary>
    public DateTimeOffset? HeldUntil { get; init; }

    /// <summary>
    /// Whether the step may end with <see cref="CarriedOver.RestSeconds"/>. An engine says so when it waits for them, and when a waiting step
    /// occupies a place that others need; null when it does not.
    /// </summary>
    public bool? MayRest { get; init; }

    string ILogged.ForLog() => $" of scene {SceneNumber}";

    void ITraced.Describe(Activity span) => span.SetTag(ServiceTelemetry.SceneNumber, SceneNumber);

    bool IContinuation.HasUnfinishedWork() => Wait > 1 || Generation > 1 || Carried is not null;
}

/// <summary>The outcome of one run of the image step.</summary>
/// <param name="Next">Whether and how the workflow calls the step again.</param>
/// <param name="Status">The scene's status.</param>
/// <param name="ImageUrl">Set when completed.</param>
/// <param name="Reason">Set when skipped or cancelled.</param>
/// <param name="Note">Text for people.</param>
public sealed record SceneImageOutcome(
    SceneImageNext Next,
    SceneStatus Status,
    string? ImageUrl = null,
    SceneReason? Reason = null,
    string? Note = null) : ILogged, ITraced
{
    /// <summary>State for the next run, if there is one.</summary>
    public CarriedOver? Carried { get; init; }

    /// <summary>RunwayML credits that the scene's generations cost; null when none was ordered.</summary>
    public int? ServiceCredits { get; init; }

    /// <summary>True when the other scenes would fail for the same reason: the task orders no more images.</summary>
    public bool? StopsOrdering { get; init; }

    void ITraced.Describe(Activity span) => span
        .SetTag("scenario.image.status", EnumNames.Of(Status))
        .SetTag("scenario.image.reason", Reason is { } reason ? EnumNames.Of(reason) : null);

    string ILogged.ForLog() => this switch
    {
        { Next: not SceneImageNext.None } => $": to be called again ({Next})",
        { Reason: { } reason } => $": {Status} ({reason})",
        _ => $": {Status}",
    };
}

/// <summary>State that one run of the image step passes to the next: the workflow has no clock, and the database may be down.</summary>
/// <param name="WaitedSeconds">How long the scene has waited so far.</param>
/// <param name="UnansweredSeconds">How long RunwayML has been unavailable for the order; null when it is not.</param>
/// <param name="Unsaved">A state that could not be recorded yet: of an ordered image, or of the scene's end.</param>
/// <param name="EarlierCredits">RunwayML credits that the scene's earlier generations cost.</param>
/// <param name="QueuedSeconds">How long the scene has waited for its turn to be ordered, which keeps its place; null when it does not wait.</param>
/// <param name="RestSeconds">When to call the step again: its turn is far off. Counted in the time queued. Null is at once.</param>
/// <param name="Place">Its place when it stopped waiting for its turn; null when it did not, or had none.</param>
public sealed record CarriedOver(
    double WaitedSeconds, double? UnansweredSeconds = null, SceneState? Unsaved = null, int? EarlierCredits = null,
    double? QueuedSeconds = null, double? RestSeconds = null, int? Place = null);

/// <summary>Why a task orders no more images.</summary>
/// <param name="Reason">The reason of every scene that has no image yet.</param>
/// <param name="Note">Text for people.</param>
public sealed record OrderingStop(SceneReason Reason, string? Note = null);

/// <summary>What the workflow does after a run of the image step.</summary>
[JsonConverter(typeof(EnumNameConverter<SceneImageNext>))]
public enum SceneImageNext
{
    /// <summary>Nothing: the scene has ended.</summary>
    None,

    /// <summary>Call again: the step's budget ended while RunwayML was working, or while something else was down.</summary>
    Wait,

    /// <summary>Call again and order another generation: the last one failed for a temporary reason.</summary>
    GenerateAgain,

    /// <summary>Call again with the same input: the host stopped while the step waited.</summary>
    Again,
}
