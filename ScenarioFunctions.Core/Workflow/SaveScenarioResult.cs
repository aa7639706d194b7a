namespace ScenarioFunctions.Core.Workflow;

/// <summary>What a completed run leaves behind.</summary>
public sealed record SaveScenarioResult
{
    public required Guid ScenarioId { get; init; }
    public required int SceneCount { get; init; }
    public required int ImagesGenerated { get; init; }
    public required int CreditsCharged { get; init; }
    public required IReadOnlyList<SceneProgress> Scenes { get; init; }
}
