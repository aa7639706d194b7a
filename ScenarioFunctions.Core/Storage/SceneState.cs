using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Core.Storage;

/// <summary>The columns of a scene that its image changes; always written together.</summary>
public sealed record SceneState
{
    public required SceneStatus Status { get; init; }

    /// <summary>Column <c>failure_reason</c>.</summary>
    public SceneReason? Reason { get; init; }

    /// <summary>RunwayML's id of the generation that was asked for; recorded as soon as it is known.</summary>
    public string? GenerationId { get; init; }

    /// <summary>Column <c>image_url</c>: permanent; absolute, or a path on this host.</summary>
    public string? ImageUrl { get; init; }

    /// <summary>Column <c>image_note</c>: what was left out or changed, for a person.</summary>
    public string? Note { get; init; }

    /// <summary>No image will be made, for <paramref name="reason"/>.</summary>
    public static SceneState SkippedFor(SceneReason reason) => new() { Status = SceneStatus.Skipped, Reason = reason };

    /// <summary>Cancelled; <paramref name="generationId"/> stays on record when one was asked for.</summary>
    public static SceneState CancelledFrom(string? generationId) => new()
    {
        Status = SceneStatus.Cancelled,
        Reason = SceneReason.Cancelled,
        GenerationId = generationId,
    };
}
