namespace ScenarioFunctions.Core.Scenarios;

/// <summary>A scenario as it was posted, parsed and checked.</summary>
/// <param name="Details">What is said of the whole scenario.</param>
/// <param name="Scenes">1 to 100 scenes, in the order posted, numbered from 1 without a gap.</param>
public sealed record Scenario(ScenarioDetails Details, IReadOnlyList<Scene> Scenes);
