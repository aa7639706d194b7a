using System.Text.Json.Serialization;
using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Api.Resources;

/// <summary>What became of a scene.</summary>
/// <param name="SceneNumber">1-based.</param>
/// <param name="Status">Where it is.</param>
/// <param name="ImageUrl">Absolute; null until completed.</param>
/// <param name="Reason">Why there is no image.</param>
/// <param name="Note">For a person; left out when there is nothing to say.</param>
internal sealed record SceneResource(
    int SceneNumber,
    SceneStatus Status,
    string? ImageUrl,
    SceneReason? Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Note);
