using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ScenarioFunctions.Api;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Local.Cli;

/// <summary>
/// A client of the HTTP API that uses the API's own types. Every call may throw <see cref="ApiProblemException"/> and
/// <see cref="ServerUnreachableException"/>.
/// </summary>
internal sealed class ScenarioApiClient : IDisposable
{
    private readonly HttpClient http;

    /// <param name="address">The server, on this machine.</param>
    /// <param name="apiKey">Sent as bearer token; null sends none.</param>
    public ScenarioApiClient(Uri address, string? apiKey)
    {
        // Calls within this machine must not go through an internet proxy, and a redirect must not send the key elsewhere.
        http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
        {
            BaseAddress = address,
            Timeout = TimeSpan.FromSeconds(30),
        };
        if (apiKey is not null)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
        }
    }

    /// <summary>Whether the user id can be part of a URL: <c>.</c> and <c>..</c> are folders there.</summary>
    public static bool CanName(string userId) => userId is not ("." or "..");

    /// <summary>Starts a task from a request in JSON. The same key returns the same task.</summary>
    public async Task<StartedTask> StartAsync(ReadOnlyMemory<byte> json, string key, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/scenario/save") { Content = JsonContent(json) };
        request.Headers.Add(IdempotencyKey.Header, key);
        return (await AnswerAsync(request, CliJson.Default.StartedTask, cancellationToken)).Value;
    }

    /// <summary>What a request would start and cost.</summary>
    public async Task<ApiAnswer<DryRunResource>> PlanAsync(ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/scenario/save?{DryRun.Parameter}=true") { Content = JsonContent(json) };
        return await AnswerAsync(request, ApiJson.Readable.DryRunResource, cancellationToken);
    }

    /// <summary>Starts a task that makes images again. The same key returns the same task.</summary>
    /// <returns>Null when there is nothing to make.</returns>
    public async Task<StartedTask?> StartImagesAsync(
        Guid scenarioId, string json, string key, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/scenarios/{scenarioId}/images")
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
            Headers = { { IdempotencyKey.Header, key } },
        };
        using var response = await SendAsync(request, cancellationToken);
        await ThrowIfProblemAsync(response, cancellationToken);
        return response.StatusCode == HttpStatusCode.Accepted
            ? Parse(await response.Content.ReadAsStringAsync(cancellationToken), CliJson.Default.StartedTask)
            : null;
    }

    /// <summary>The stored scenarios of a short, newest first.</summary>
    public Task<ApiAnswer<ScenarioListResource>> ListScenariosAsync(
        string shortId, string userId, CancellationToken cancellationToken) => GetAsync(
        $"/scenarios?short_id={Uri.EscapeDataString(shortId)}&user_id={Uri.EscapeDataString(userId)}&limit=1",
        ApiJson.Readable.ScenarioListResource,
        cancellationToken);

    public Task<ApiAnswer<ScenarioResource>> ReadScenarioAsync(Guid scenarioId, CancellationToken cancellationToken) =>
        GetAsync($"/scenarios/{scenarioId}", ApiJson.Readable.ScenarioResource, cancellationToken);

    /// <returns>The task; <paramref name="last"/> when it has not changed since.</returns>
    public async Task<TaskReading> ReadTaskAsync(string taskId, TaskReading? last, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, TaskPath(taskId));
        if (last?.ETag is { } etag)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", etag);
        }

        using var response = await SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotModified && last is not null)
        {
            return last;
        }

        await ThrowIfProblemAsync(response, cancellationToken);
        var json = await response.Content.ReadAsStringAsync(cancellationToken);
        return new TaskReading(
            Parse(json, ApiJson.Readable.TaskResource),
            json,
            response.Headers.ETag?.ToString(),
            response.Headers.RetryAfter?.Delta);
    }

    /// <summary>Cancels the task. A task that has already ended does not change.</summary>
    public async Task CancelAsync(string taskId, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, TaskPath(taskId));
        using var response = await SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Conflict)
        {
            await ThrowIfProblemAsync(response, cancellationToken);
        }
    }

    /// <summary>The newest tasks.</summary>
    /// <param name="query">The query of the URL.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<ApiAnswer<TaskList>> ListTasksAsync(string query, CancellationToken cancellationToken) =>
        GetAsync($"/scenario/save/tasks?{query}", CliJson.Default.TaskList, cancellationToken);

    /// <summary>The health of the service, also when it is not well.</summary>
    public async Task<HealthResource> ReadHealthAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health");
        using var response = await SendAsync(request, cancellationToken);
        return Parse(await response.Content.ReadAsStringAsync(cancellationToken), ApiJson.Readable.HealthResource);
    }

    /// <summary>Whether the server's own emulator makes the images. Only then does it serve the emulator's routes.</summary>
    public async Task<bool> UsesEmulatorAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/emulators/runwayml/v1/organization");
        using var response = await SendAsync(request, cancellationToken);
        return response.StatusCode != HttpStatusCode.NotFound;
    }

    public Task<ApiAnswer<CreditsResource>> ReadCreditsAsync(string userId, CancellationToken cancellationToken) =>
        GetAsync(CreditsPath(userId), ApiJson.Readable.CreditsResource, cancellationToken);

    /// <summary>Adds credits, once per key.</summary>
    public async Task<ApiAnswer<CreditsResource>> GrantCreditsAsync(
        string userId, int credits, string key, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, CreditsPath(userId))
        {
            Content = new StringContent($$"""{"grant":{{credits}}}""", Encoding.UTF8, "application/json"),
            Headers = { { IdempotencyKey.Header, key } },
        };
        return await AnswerAsync(request, ApiJson.Readable.CreditsResource, cancellationToken);
    }

    public void Dispose() => http.Dispose();

    private static ReadOnlyMemoryContent JsonContent(ReadOnlyMemory<byte> json) =>
        new(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    private static string TaskPath(string taskId) => $"/scenario/save/tasks/{Uri.EscapeDataString(taskId)}";

    private static string CreditsPath(string userId) => $"/credits/{Uri.EscapeDataString(userId)}";

    private async Task<ApiAnswer<T>> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await AnswerAsync(request, type, cancellationToken);
    }

    private async Task<ApiAnswer<T>> AnswerAsync<T>(
        HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(request, cancellationToken);
        await ThrowIfProblemAsync(response, cancellationToken);
        var json = await response.Content.ReadAsStringAsync(cancellationToken);
        return new ApiAnswer<T>(Parse(json, type), json);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await http.SendAsync(request, cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or SocketException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new ServerUnreachableException(
                $"The server at {http.BaseAddress} does not answer ({exception.Message}). "
                + "Restart it; or stop it, and the command will start its own server.",
                exception);
        }
    }

    private static async Task ThrowIfProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        Problem? problem = null;
        if (response.Content.Headers.ContentType?.MediaType is "application/problem+json" or "application/json")
        {
            problem = Parse(await response.Content.ReadAsStringAsync(cancellationToken), ApiJson.Readable.Problem);
        }

        throw new ApiProblemException(response.StatusCode, problem);
    }

    private static T Parse<T>(string json, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type)
                ?? throw new JsonException("The answer is null.");
        }
        catch (JsonException exception)
        {
            throw new CliException(
                ExitCodes.Failed,
                $"The server's answer cannot be read ({exception.Message}). Does it run another version of this program?",
                exception);
        }
    }
}

/// <summary>The fields that <c>save</c> needs of the answer to a post, from any version of the service.</summary>
/// <param name="TaskId">The task's id.</param>
/// <param name="Adjustments">What was left out or decoded; null from an older version.</param>
internal sealed record StartedTask(string TaskId, IReadOnlyList<string>? Adjustments);

/// <summary>The fields that <c>list</c> needs of a page of tasks, from any version of the service.</summary>
internal sealed record TaskList(IReadOnlyList<ListedTask> Tasks, string? NextCursor);

/// <summary><see cref="TaskList"/>. An older version sends no images.</summary>
internal sealed record ListedTask(
    string TaskId, TaskState Status, int Progress, DateTimeOffset CreatedAt, TaskMetadataResource Metadata, TaskTotalsResource? Result,
    ListedImagesResource? Images);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StartedTask))]
[JsonSerializable(typeof(TaskList))]
[JsonSerializable(typeof(string))]
internal sealed partial class CliJson : JsonSerializerContext;

/// <summary>An answer of the API.</summary>
/// <param name="Value">The fields that this version knows.</param>
/// <param name="Json">The whole answer.</param>
internal sealed record ApiAnswer<T>(T Value, string Json);

/// <summary>A task as it was read.</summary>
/// <param name="Task">The fields that this version knows.</param>
/// <param name="Json">The whole answer.</param>
/// <param name="ETag">For a conditional request; null when the server sent none.</param>
/// <param name="RetryAfter">How long the server wants to be left before the next request.</param>
internal sealed record TaskReading(TaskResource Task, string Json, string? ETag, TimeSpan? RetryAfter);
