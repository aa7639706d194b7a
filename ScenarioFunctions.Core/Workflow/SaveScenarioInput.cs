using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Core.Workflow;

/// <summary>
/// All that a run depends on. Settings that shape the run are part of it, so that a change of settings
/// never changes a run that is under way.
/// </summary>
public sealed record SaveScenarioInput
{
    public required string ShortId { get; init; }
    public required string UserId { get; init; }
    public required Scenario Scenario { get; init; }

    /// <summary>Credits that one image costs.</summary>
    public required int CreditsPerImage { get; init; }

    /// <summary>How many images are under way at once, at least 1.</summary>
    public required int MaxParallelImages { get; init; }

    /// <summary>SHA-256, in hex, of what was posted.</summary>
    public required string RequestHash { get; init; }
}

/// <summary>What a completed run leaves behind.</summary>
public sealed record SaveScenarioResult
{
    public required Guid ScenarioId { get; init; }
    public required int SceneCount { get; init; }
    public required int ImagesGenerated { get; init; }
    public required int CreditsCharged { get; init; }
    public required IReadOnlyList<SceneProgress> Scenes { get; init; }

    /// <summary>What RunwayML asked for all generations, in its own credits; null when it did not say.</summary>
    public int? ImageServiceCredits { get; init; }
}
