using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Core.Workflow;

/// <summary>A scene as the workflow knows it.</summary>
/// <param name="SceneNumber">1-based.</param>
/// <param name="Status">Where it is.</param>
/// <param name="ImageUrl">Permanent; absolute, or a path on this host. Null until completed.</param>
/// <param name="Reason">Why there is no image; null for a scene that has one or may still get one.</param>
/// <param name="Note">For a person: something that was left out or changed on the way to the image.</param>
public sealed record SceneProgress(
    int SceneNumber, SceneStatus Status, string? ImageUrl = null, SceneReason? Reason = null, string? Note = null);
