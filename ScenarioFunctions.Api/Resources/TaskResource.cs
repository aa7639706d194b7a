using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Api.Resources;

/// <summary>A task, as a front end follows it.</summary>
internal sealed record TaskResource
{
    public required string TaskId { get; init; }
    public required string TaskType { get; init; }
    public required TaskState Status { get; init; }

    /// <summary>0 to 100.</summary>
    public required int Progress { get; init; }

    public required string Message { get; init; }

    /// <summary>ISO 8601, UTC, in milliseconds.</summary>
    public required string CreatedAt { get; init; }

    /// <inheritdoc cref="CreatedAt"/>
    public required string UpdatedAt { get; init; }

    public required TaskMetadataResource Metadata { get; init; }
    public required IReadOnlyList<SceneResource> Scenes { get; init; }

    /// <summary>Null unless completed.</summary>
    public required TaskResultResource? Result { get; init; }

    /// <summary>Null unless failed.</summary>
    public required TaskErrorResource? Error { get; init; }
}
