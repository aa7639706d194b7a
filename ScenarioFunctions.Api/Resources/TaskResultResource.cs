namespace ScenarioFunctions.Api.Resources;

/// <summary>What a completed task leaves behind.</summary>
internal sealed record TaskResultResource(
    Guid ScenarioId, int SceneCount, int ImagesGenerated, int CreditsCharged, IReadOnlyList<SceneResource> Scenes);
