using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Core.Storage;

/// <summary>One row of <c>video_scenes</c>; its times are the store's.</summary>
/// <param name="Id">See <see cref="ScenarioIds.Scene"/>.</param>
/// <param name="ScenarioId">The row of <c>video_scenarios</c> that it belongs to.</param>
/// <param name="Scene">What was posted.</param>
/// <param name="State">What became of it.</param>
public sealed record SceneRow(Guid Id, Guid ScenarioId, Scene Scene, SceneState State);
