using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Core.Steps;

/// <summary>What one run of the image step came to.</summary>
/// <param name="Next">Whether the workflow calls the step again.</param>
/// <param name="Status">Where the scene is.</param>
/// <param name="ImageUrl">When completed.</param>
/// <param name="Reason">When skipped or cancelled.</param>
/// <param name="Note">For a person.</param>
public sealed record SceneImageOutcome(
    SceneImageNext Next,
    SceneStatus Status,
    string? ImageUrl = null,
    SceneReason? Reason = null,
    string? Note = null) : ILogged
{
    string ILogged.ForLog() => this switch
    {
        { Next: not SceneImageNext.None } => $": to be called again ({Next})",
        { Reason: { } reason } => $": {Status} ({reason})",
        _ => $": {Status}",
    };
}
