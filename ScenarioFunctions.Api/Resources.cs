using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Api;

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

/// <summary>What a task is about.</summary>
/// <param name="ShortId">As posted.</param>
/// <param name="UserId">As posted.</param>
/// <param name="Title">Of the scenario.</param>
/// <param name="SceneCount">1 to 100.</param>
/// <param name="ScenarioId">Null until the scenario is saved.</param>
/// <param name="ImageServiceCredits">What RunwayML asked for the scenes that have ended, in its own credits; null when it did not say.</param>
internal sealed record TaskMetadataResource(
    string ShortId, string UserId, string Title, int SceneCount, Guid? ScenarioId, int? ImageServiceCredits);

/// <summary>What became of a scene.</summary>
/// <param name="SceneNumber">1-based.</param>
/// <param name="Status">Where it is.</param>
/// <param name="ImageUrl">Absolute; null until completed.</param>
/// <param name="Reason">Why there is no image.</param>
/// <param name="Note">For a person; left out when there is nothing to say.</param>
internal sealed record SceneResource(
    int SceneNumber,
    SceneStatus Status,
    string? ImageUrl,
    SceneReason? Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Note);

/// <summary>What a completed task leaves behind.</summary>
internal sealed record TaskResultResource(
    Guid ScenarioId,
    int SceneCount,
    int ImagesGenerated,
    int CreditsCharged,
    int? ImageServiceCredits,
    IReadOnlyList<SceneResource> Scenes);

/// <summary>Why a task failed.</summary>
internal sealed record TaskErrorResource(string Code, string Message);

/// <summary>A page of tasks, newest first.</summary>
internal sealed record TaskListResource(IReadOnlyList<TaskResource> Tasks, string? NextCursor);

/// <summary>The answer to a scenario that was taken.</summary>
internal sealed record AcceptedResource(
    string TaskId, string TaskType, TaskState Status, string Message, string StatusUrl);

/// <summary>The answer to a cancel.</summary>
internal sealed record CancelledResource(string TaskId, TaskState Status, string Message);

/// <summary>A user's credits, those that are held for tasks under way, those that are free, and what an image costs.</summary>
internal sealed record CreditsResource(string UserId, long Balance, long Held, long Available, int CreditsPerImage);

/// <summary>What works: <c>ok</c>, <c>degraded</c> or <c>unavailable</c>, in all and per dependency.</summary>
internal sealed record HealthResource(string Status, IReadOnlyDictionary<string, HealthCheckResource> Checks);

/// <summary>How one dependency is.</summary>
/// <param name="Status">As of the whole.</param>
/// <param name="Message">For a person; left out when there is nothing to say.</param>
internal sealed record HealthCheckResource(
    string Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Message);

/// <summary>The JSON of the API: source-generated, snake_case, every field there, null where unset.</summary>
[JsonSerializable(typeof(AcceptedResource))]
[JsonSerializable(typeof(TaskResource))]
[JsonSerializable(typeof(TaskListResource))]
[JsonSerializable(typeof(CancelledResource))]
[JsonSerializable(typeof(ScenarioResource))]
[JsonSerializable(typeof(ScenarioListResource))]
[JsonSerializable(typeof(CreditsResource))]
[JsonSerializable(typeof(HealthResource))]
[JsonSerializable(typeof(Problem))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>
    /// Leaves umlauts and emoji readable. Safe, as the answers say that they are JSON and forbid a browser
    /// to think otherwise.
    /// </summary>
    public static ApiJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
