namespace ScenarioFunctions.Api.Resources;

/// <summary>What a task is about.</summary>
/// <param name="ShortId">As posted.</param>
/// <param name="UserId">As posted.</param>
/// <param name="Title">Of the scenario.</param>
/// <param name="SceneCount">1 to 100.</param>
/// <param name="ScenarioId">Null until the scenario is saved.</param>
internal sealed record TaskMetadataResource(
    string ShortId, string UserId, string Title, int SceneCount, Guid? ScenarioId);
