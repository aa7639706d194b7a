using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Api;

internal static partial class ApiLog
{
    [LoggerMessage(100, LogLevel.Information, "Task {TaskId} accepted: {SceneCount} scenes for user {UserId}")]
    public static partial void Accepted(this ILogger logger, string taskId, int sceneCount, string userId);

    [LoggerMessage(101, LogLevel.Information, "Task {TaskId} cancelled on request")]
    public static partial void Cancelled(this ILogger logger, string taskId);

    [LoggerMessage(102, LogLevel.Warning, "Task {TaskId} is cancelled, but its pending scenes could not be marked as cancelled or its credits could not be released")]
    public static partial void NotCleanedUp(this ILogger logger, Exception cause, string taskId);

    [LoggerMessage(103, LogLevel.Warning, "The scenes of task {TaskId} could not be read; the answer shows what the engine knows")]
    public static partial void ScenesNotRead(this ILogger logger, Exception cause, string taskId);

    [LoggerMessage(104, LogLevel.Information, "{Amount} credits granted to user {UserId}")]
    public static partial void Granted(this ILogger logger, int amount, string userId);

    [LoggerMessage(105, LogLevel.Warning, "Cannot answer {Path} now")]
    public static partial void Unavailable(this ILogger logger, Exception cause, string path);

    [LoggerMessage(107, LogLevel.Information, "Task {TaskId} was requested again by its Idempotency-Key; its state is {State}")]
    public static partial void AskedForAgain(this ILogger logger, string taskId, TaskState state);

    [LoggerMessage(111, LogLevel.Information, "Scenario {ScenarioId} removed on request: {Scenes} scenes, {Images} images")]
    public static partial void Removed(this ILogger logger, Guid scenarioId, int scenes, int images);

    [LoggerMessage(112, LogLevel.Information, "Task {TaskId}: webhook {Event} delivered to {Origin}")]
    public static partial void WebhookDelivered(this ILogger logger, string taskId, string @event, string origin);

    [LoggerMessage(113, LogLevel.Warning,
        "Task {TaskId}: webhook {Event} not delivered to {Origin}: {Fault} ({Count} such faults since the last such line)")]
    public static partial void WebhookNotDelivered(
        this ILogger logger, string taskId, string @event, string origin, string fault, int count);

    [LoggerMessage(106, LogLevel.Error, "Unexpected error while answering {Path} (trace {TraceId})")]
    public static partial void Unexpected(this ILogger logger, Exception cause, string path, string traceId);
}
