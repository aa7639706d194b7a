namespace ScenarioFunctions.Local.Cli.Client;

/// <param name="Title">Of the scenario.</param>
/// <param name="ScenarioId">Null until the scenario is saved.</param>
internal sealed record SaveTaskMetadata(string? Title, string? ScenarioId);
