using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Api;

/// <summary>Every problem that the API answers with.</summary>
internal static class Problems
{
    public const string RetryAfterSeconds = "5";

    public static ProblemException Invalid(string detail, JsonFaults? faults = null) =>
        new(New(StatusCodes.Status400BadRequest, "invalid_request", "The request is not valid", detail) with
        {
            Errors = faults?.ByPath,
        });

    public static ProblemException Invalid(JsonFaults faults) =>
        Invalid("Each fault is listed under errors. Nothing was started or changed.", faults);

    public static ProblemException Unauthorized(bool keyGiven) => new(
        New(StatusCodes.Status401Unauthorized, "unauthorized", "The API key or token is missing or wrong",
            "Send the header 'Authorization: Bearer <token>' with the API key, or with a Supabase user's token that has not expired."),
        ("WWW-Authenticate", keyGiven ? "Bearer error=\"invalid_token\"" : "Bearer"));

    public static ProblemException Forbidden(string detail) =>
        new(New(StatusCodes.Status403Forbidden, "forbidden", "This caller may not do this", detail));

    public static ProblemException TooManyWrongKeys() => new(
        New(StatusCodes.Status429TooManyRequests, "too_many_wrong_keys", "Too many requests without the right API key",
            "Try again in a second with the right key."),
        ("Retry-After", "1"));

    public static ProblemException TooManyPosts(int most, TimeSpan retryAfter) => new(
        New(StatusCodes.Status429TooManyRequests, "too_many_posts", "The user has posted too often",
            $"A user may post {most} scenarios a minute (MAX_POSTS_PER_MINUTE). Nothing was started. Try again after the seconds in Retry-After."),
        RetryAfter(retryAfter));

    public static ProblemException TooManyOpenTasks(int most, TimeSpan retryAfter) => new(
        New(StatusCodes.Status429TooManyRequests, "too_many_open_tasks", "The user has too many open tasks",
            $"A user may have {most} open tasks (MAX_OPEN_TASKS_PER_USER). Nothing was started. Try again when one has ended, or cancel one."),
        RetryAfter(retryAfter));

    public static ProblemException UnknownHost() =>
        new(New(StatusCodes.Status400BadRequest, "unknown_host", "The service does not accept this host name",
            "Use localhost or the host in PUBLIC_BASE_URL, or add this name to ALLOWED_HOSTS and restart the service."));

    public static ProblemException NotFound() =>
        new(New(StatusCodes.Status404NotFound, "not_found", "There is no such task",
            "No task has this id. POST /scenario/save returns the id of a new task."));

    public static ProblemException NotResumable(TaskState state) =>
        new(New(StatusCodes.Status409Conflict, "already_ended", "The task did not fail",
            $"The task is {EnumNames.Of(state)}: only a failed task can be continued. POST /scenarios/{{scenario_id}}/images makes missing images.") with
        { TaskStatus = state });

    public static ProblemException NoWebhook(string why) =>
        new(New(StatusCodes.Status409Conflict, "no_webhook", "There is no webhook to send", why));

    public static ProblemException ImageInProgress(string taskId) =>
        new(New(StatusCodes.Status409Conflict, "image_in_progress", "An image of one of these scenes is being made",
            $"The task {taskId} makes it: wait until that has ended, or cancel it. If there is no such task, its start failed: try again in a minute.") with
        { TaskId = taskId });

    public static ProblemException NoScenario() =>
        new(New(StatusCodes.Status404NotFound, "not_found", "There is no such scenario",
            "No scenario has this id. A task has it as metadata.scenario_id, and GET /scenarios lists all scenarios."));

    public static ProblemException NotServed(HttpRequest request) =>
        new(New(StatusCodes.Status404NotFound, "not_served", "There is nothing at this path",
            $"{request.Method} {request.Path} is not served: see GET /openapi.json."));

    public static ProblemException MethodNotAllowed(HttpRequest request, string allowed) => new(
        New(StatusCodes.Status405MethodNotAllowed, "method_not_allowed", "This path does not take this method",
            $"{request.Method} {request.Path} is not served, but {allowed} are: see GET /openapi.json."),
        ("Allow", allowed));

    public static ProblemException ScenarioInUse() => new(
        New(StatusCodes.Status409Conflict, "scenario_in_use", "A task of the scenario is running",
            "Nothing was deleted. Cancel the task or wait until it has ended. After a cancel, images that are being made take a few minutes to end."),
        ("Retry-After", RetryAfterSeconds));

    public static ProblemException ScenarioDeleted(string detail) =>
        new(New(StatusCodes.Status409Conflict, "scenario_deleted", "The scenario was deleted, or is being deleted", detail));

    public static ProblemException GrantsNotAllowed() => new(
        New(StatusCodes.Status405MethodNotAllowed, "method_not_allowed", "Credits cannot be added here",
            "Only the embedded host can add credits. Here they come from your own credit system."),
        ("Allow", "GET"));

    public static ProblemException AlreadyEnded(TaskState state) =>
        new(New(StatusCodes.Status409Conflict, "already_ended", "The task has already ended",
            $"The task is {EnumNames.Of(state)}; it can no longer be cancelled. DELETE /scenarios/{{scenario_id}} removes what it saved.") with
        { TaskStatus = state });

    public static ProblemException TooLarge() =>
        new(New(StatusCodes.Status413PayloadTooLarge, "too_large", "The body is too large",
            $"A body may hold {JsonBody.MaxBytes} bytes ({JsonBody.MaxSize}) at most. Shorten the texts, and give images as URLs."));

    public static ProblemException UnsupportedMediaType() => new(
        New(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "The body must be JSON",
            "Send Content-Type: application/json, in UTF-8 and without a Content-Encoding."),
        ("Accept", "application/json"));

    public static ProblemException KeyReused() =>
        new(New(StatusCodes.Status422UnprocessableEntity, "idempotency_key_reused",
            "The Idempotency-Key belongs to another request",
            "This Idempotency-Key was sent with another body before. Use a new key for a new request."));

    public static ProblemException BadRequest(BadHttpRequestException cause) =>
        cause.StatusCode == StatusCodes.Status413PayloadTooLarge
            ? TooLarge()
            : Unreadable();

    public static ProblemException Unreadable() => Invalid("The request ended before all of it was received.");

    public static ProblemException Internal(string traceId) =>
        new(New(StatusCodes.Status500InternalServerError, "internal_error", "The service failed",
            "An unexpected error. Search the logs for the trace id to learn more.") with
        { TraceId = traceId });

    public static ProblemException Unavailable() => new(
        New(StatusCodes.Status503ServiceUnavailable, "unavailable", "The service cannot do this now",
            $"Nothing was lost. Try again in {RetryAfterSeconds} seconds."),
        ("Retry-After", RetryAfterSeconds));

    private static (string Name, string Value) RetryAfter(TimeSpan time) =>
        ("Retry-After", Math.Max(1, (int)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture));

    private static Problem New(int status, string code, string title, string detail) => new()
    {
        Type = $"urn:save-scenario:problem:{code}",
        Title = title,
        Status = status,
        Detail = detail,
    };
}

/// <summary>A request that fails with a problem; <see cref="ScenarioApi"/> turns it into the answer.</summary>
internal sealed class ProblemException(Problem problem, params (string Name, string Value)[] headers)
    : Exception(problem.Detail)
{
    public Problem Problem { get; } = problem;

    public IReadOnlyList<(string Name, string Value)> Headers { get; } = headers;
}

/// <summary>Problem details (RFC 9457).</summary>
internal sealed record Problem
{
    /// <summary>Stable: <c>urn:save-scenario:problem:</c> followed by a code in snake_case.</summary>
    public required string Type { get; init; }

    public required string Title { get; init; }

    public required int Status { get; init; }

    public required string Detail { get; init; }

    /// <summary>The path of the request.</summary>
    public string? Instance { get; init; }

    /// <summary>Faults by JSON path, or by the name of a header or parameter.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Errors { get; init; }

    /// <summary>The task's final state, for a task that has already ended.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaskState? TaskStatus { get; init; }

    /// <summary>The task that stands in the way.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TaskId { get; init; }

    /// <summary>Find the cause in the logs by this id.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceId { get; init; }
}
