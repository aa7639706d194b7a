using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Webhooks;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Api;

/// <summary>
/// What a list tells of a task, and what is told of it alone, too. Some fields are there twice, as clients of the original service
/// look for them at the top level.
/// </summary>
internal abstract record TaskSummaryResource
{
    public required string TaskId { get; init; }
    public required string TaskType { get; init; }
    public required TaskState Status { get; init; }

    /// <summary>0 to 100.</summary>
    public required int Progress { get; init; }

    public required string Message { get; init; }

    /// <summary>Text for people: the task's current stage.</summary>
    public string CurrentStep { get; init; } = "";

    /// <inheritdoc cref="TaskMetadataResource"/>
    public string ShortId { get; init; } = "";

    /// <inheritdoc cref="TaskMetadataResource"/>
    public string UserId { get; init; } = "";

    /// <inheritdoc cref="TaskMetadataResource"/>
    public Guid? ScenarioId { get; init; }

    /// <summary>The message of <see cref="Error"/>.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>ISO 8601, UTC, in milliseconds.</summary>
    public required string CreatedAt { get; init; }

    /// <inheritdoc cref="CreatedAt"/>
    public required string UpdatedAt { get; init; }

    /// <summary>When the task ended, in any final state; null until then.</summary>
    public string? CompletedAt { get; init; }

    /// <summary>When the credits for its images were held; null before, and when unknown.</summary>
    public string? HeldAt { get; init; }

    public required TaskMetadataResource Metadata { get; init; }

    /// <summary>Null unless failed.</summary>
    public required TaskErrorResource? Error { get; init; }
}

/// <summary>A task as a front end sees it.</summary>
internal record TaskResource : TaskSummaryResource
{
    public required IReadOnlyList<SceneResource> Scenes { get; init; }

    /// <summary>Null unless completed.</summary>
    public required TaskResultResource? Result { get; init; }

    /// <summary>How far its webhook has come; left out when it was posted without a <c>callback_url</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WebhookResource? Webhook { get; init; }
}

/// <summary>A task in a list: without its scenes, which can be a hundred.</summary>
internal sealed record ListedTaskResource : TaskSummaryResource
{
    [SetsRequiredMembers]
    public ListedTaskResource(TaskResource task)
        : base(task)
    {
        Result = task.Result is { } result
            ? new(result.ScenarioId, result.SceneCount, result.ImagesGenerated, result.CreditsCharged, result.ImageServiceCredits)
            : null;
        Images = ListedImagesResource.Of(task.Scenes);
    }

    /// <summary>Null unless completed.</summary>
    public TaskTotalsResource? Result { get; }

    public ListedImagesResource Images { get; }
}

/// <summary>The images of a task in a list.</summary>
/// <param name="Made">How many the task has made.</param>
/// <param name="Wanted">How many it would have made if every scene but the first had got one.</param>
/// <param name="Urls">Absolute URLs of the first few.</param>
internal sealed record ListedImagesResource(int Made, int Wanted, IReadOnlyList<string> Urls)
{
    private const int MostUrls = 4;

    public static ListedImagesResource Of(IReadOnlyList<SceneResource> scenes)
    {
        var made = scenes.Where(scene => scene.Status == SceneStatus.Completed).ToList();
        return new ListedImagesResource(
            made.Count,
            scenes.Count(scene => scene.Reason != SceneReason.FirstScene),
            [.. made.Select(scene => scene.ImageUrl).OfType<string>().Take(MostUrls)]);
    }
}

/// <summary>The result of a completed task without its scenes.</summary>
internal sealed record TaskTotalsResource(
    Guid ScenarioId, int SceneCount, int ImagesGenerated, int CreditsCharged, int? ImageServiceCredits);

/// <summary>What the task was started with, and what it has cost.</summary>
/// <param name="ShortId">As posted.</param>
/// <param name="UserId">As posted.</param>
/// <param name="Title">The scenario's title.</param>
/// <param name="SceneCount">1 to 100.</param>
/// <param name="ScenarioId">Null until the scenario is saved.</param>
/// <param name="ImageServiceCredits">RunwayML credits that the scenes that have ended cost; null when RunwayML did not say.</param>
internal sealed record TaskMetadataResource(
    string ShortId, string UserId, string Title, int SceneCount, Guid? ScenarioId, int? ImageServiceCredits);

/// <summary>The state of one scene.</summary>
/// <param name="SceneNumber">1-based.</param>
/// <param name="Status">See <see cref="SceneStatus"/>.</param>
/// <param name="ImageUrl">Absolute; null until the scene is completed.</param>
/// <param name="Reason">Why there is no image; null when there is one or one may still come.</param>
/// <param name="Note">Text for people; left out when empty.</param>
internal sealed record SceneResource(
    int SceneNumber,
    SceneStatus Status,
    string? ImageUrl,
    SceneReason? Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Note)
{
    /// <inheritdoc cref="WorkflowProgress.Waiting"/>
    [JsonIgnore]
    public SceneWait? LastWait { get; init; }

    /// <summary>What it waits for while its image is made, as far as this process knows.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WaitingResource? Waiting { get; init; }

    /// <summary>When RunwayML took the order, the last one of several. Like the other times, told once the task has ended, if known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OrderedAt { get; init; }

    /// <summary>Which order that was, from 1: after a temporary failure, another is sent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Attempt { get; init; }

    /// <summary>When the image was stored permanently.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? StoredAt { get; init; }

    /// <summary>When the end was recorded: of an image, just after its charge.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? EndedAt { get; init; }

    /// <summary>RunwayML's code of the failure, such as <c>SAFETY.INPUT.TEXT</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FailureCode { get; init; }

    /// <summary>As it is told while the task runs.</summary>
    public SceneResource WithoutHistory() => this with
    {
        LastWait = null,
        OrderedAt = null,
        Attempt = null,
        StoredAt = null,
        EndedAt = null,
        FailureCode = null,
    };

    public SceneResource WithHistory(SceneRow row) => this with
    {
        OrderedAt = ApiJson.Time(row.State.OrderedAt),
        Attempt = row.State.Attempt,
        StoredAt = ApiJson.Time(row.State.StoredAt),
        EndedAt = ApiJson.Time(row.EndedAt),
        FailureCode = row.State.FailureCode,
    };
}

/// <inheritdoc cref="SceneWait"/>
internal sealed record WaitingResource(
    WaitingFor For,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Place,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Percent,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Attempt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Attempts);

/// <summary>The result of a completed task.</summary>
internal sealed record TaskResultResource(
    Guid ScenarioId,
    int SceneCount,
    int ImagesGenerated,
    int CreditsCharged,
    int? ImageServiceCredits,
    IReadOnlyList<SceneResource> Scenes);

/// <summary>How far the webhook of a task has come: see <see cref="WebhookDelivery"/>.</summary>
/// <param name="Event">Such as <c>task.completed</c>; null until the task has ended.</param>
/// <param name="Status">Whether it has arrived.</param>
/// <param name="Origin">Of the <c>callback_url</c>, whose path and query may be secret.</param>
/// <param name="Attempts">Since the task ended, or since it was sent again by hand.</param>
/// <param name="LastAttemptAt">ISO 8601, UTC, in milliseconds.</param>
/// <param name="NextAttemptAt">As the last.</param>
/// <param name="Error">Text for people: why the last attempt failed.</param>
internal sealed record WebhookResource(
    string? Event, WebhookStatus Status, string Origin, int Attempts, string? LastAttemptAt, string? NextAttemptAt, string? Error);

/// <summary>Why a task failed.</summary>
internal sealed record TaskErrorResource(string Code, string Message);

/// <summary>A page of tasks, newest first.</summary>
internal sealed record TaskListResource(IReadOnlyList<ListedTaskResource> Tasks, string? NextCursor);

/// <summary>The answer to <c>POST /scenario/save</c>: the task, and the URL to follow it at.</summary>
internal sealed record AcceptedResource : TaskResource
{
    public AcceptedResource()
    {
    }

    [SetsRequiredMembers]
    public AcceptedResource(TaskResource task)
        : base(task)
    {
    }

    /// <summary>Absolute.</summary>
    public string StatusUrl { get; init; } = "";

    /// <summary>Absolute URL of the task's events. It contains a token instead of a key: keep it as secret as the task.</summary>
    public string FollowUrl { get; init; } = "";

    /// <summary>Text for people: what was left out or decoded so that the scenario could be read.</summary>
    public IReadOnlyList<string> Adjustments { get; init; } = [];
}

/// <summary>The answer to a cancel.</summary>
internal sealed record CancelledResource(string TaskId, TaskState Status, string Message);

/// <summary>A user's credits: all, those held for running tasks, those available, and the price of an image.</summary>
internal sealed record CreditsResource(string UserId, long Balance, long Held, long Available, int CreditsPerImage)
{
    /// <summary>Whether this caller may add credits with <c>POST</c>.</summary>
    public bool CanGrant { get; init; }
}

/// <summary>The health of the service and of each dependency: <c>ok</c>, <c>degraded</c> or <c>unavailable</c>.</summary>
internal sealed record HealthResource(string Status, IReadOnlyDictionary<string, HealthCheckResource> Checks);

/// <summary>The health of one dependency.</summary>
/// <param name="Status">The same values as the service's.</param>
/// <param name="Message">Text for people; left out when empty.</param>
/// <param name="Emulator">Whether an emulator stands in for the dependency, and costs nothing; left out when it does not.</param>
internal sealed record HealthCheckResource(
    string Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Message,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Emulator = false);

/// <summary>The API's JSON: source-generated, snake_case, with every field present and null where it has no value.</summary>
[JsonSerializable(typeof(AcceptedResource))]
[JsonSerializable(typeof(TaskResource))]
[JsonSerializable(typeof(TaskListResource))]
[JsonSerializable(typeof(WebhookMessage))]
[JsonSerializable(typeof(ProgressResource))]
[JsonSerializable(typeof(DryRunResource))]
[JsonSerializable(typeof(CancelledResource))]
[JsonSerializable(typeof(ScenarioResource))]
[JsonSerializable(typeof(ScenarioListResource))]
[JsonSerializable(typeof(NothingMissingResource))]
[JsonSerializable(typeof(RemovedScenarioResource))]
[JsonSerializable(typeof(CreditsResource))]
[JsonSerializable(typeof(HealthResource))]
[JsonSerializable(typeof(Problem))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <inheritdoc cref="Time(DateTimeOffset)"/>
    public static string? Time(DateTimeOffset? time) => time is { } known ? Time(known) : null;

    /// <summary>ISO 8601, UTC, in milliseconds.</summary>
    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>
    /// Writes umlauts and emoji unescaped. This is safe because every answer has a JSON content type and <c>nosniff</c>, so no
    /// browser reads it as HTML.
    /// </summary>
    public static ApiJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
