namespace ScenarioFunctions.Chaos.Audit;

/// <summary>A row of <c>video_scenes</c>, as far as an audit wants it.</summary>
internal sealed record StoredScene(
    Guid Id, Guid ScenarioId, int Number, string Prompt, string Status, string? GenerationId, string? ImageUrl);
