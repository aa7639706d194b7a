namespace ScenarioFunctions.Core.Steps;

/// <summary>The id of the row in <c>video_scenarios</c>.</summary>
public sealed record SavedScenario(Guid ScenarioId);
