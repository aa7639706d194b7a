using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Core.Storage;

/// <summary>One row of <c>video_scenarios</c>; <c>created_at</c> is the store's.</summary>
public sealed record ScenarioRow
{
    public required Guid Id { get; init; }
    public required string ShortId { get; init; }
    public required string UserId { get; init; }
    public required ScenarioDetails Details { get; init; }
    public required int SceneCount { get; init; }
}
