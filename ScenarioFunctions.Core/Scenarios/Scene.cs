namespace ScenarioFunctions.Core.Scenarios;

/// <summary>One scene of a scenario.</summary>
public sealed record Scene
{
    /// <summary>1-based position in the scenario as posted.</summary>
    public required int SceneNumber { get; init; }

    public string Description { get; init; } = "";

    /// <summary>Seconds.</summary>
    public double Duration { get; init; }

    /// <summary>What the image shows. Stored whole, however long; empty only on the first scene.</summary>
    public string ImagePrompt { get; init; } = "";

    public string VisualPrompt { get; init; } = "";

    public string? ProductReferenceImageUrl { get; init; }

    public string? ImageReasoning { get; init; }
}
