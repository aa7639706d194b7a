using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ScenarioFunctions.Api;
using ScenarioFunctions.Core;

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
        var content = new ReadOnlyMemoryContent(json);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/scenario/save") { Content = content };
        request.Headers.Add(IdempotencyKey.Header, key);
        return await SendAsync(request, StartedJson.Default.StartedTask, cancellationToken);
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
            ? Parse(await response.Content.ReadAsStringAsync(cancellationToken), StartedJson.Default.StartedTask)
            : null;
    }

    /// <summary>The stored scenarios of a short, newest first.</summary>
    public async Task<ScenarioListResource> ListScenariosAsync(
        string shortId, string userId, CancellationToken cancellationToken)
    {
        var query = $"short_id={Uri.EscapeDataString(shortId)}&user_id={Uri.EscapeDataString(userId)}&limit=1";
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/scenarios?{query}");
        return await SendAsync(request, ApiJson.Readable.ScenarioListResource, cancellationToken);
    }

    public async Task<ScenarioResource> ReadScenarioAsync(Guid scenarioId, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/scenarios/{scenarioId}");
        return await SendAsync(request, ApiJson.Readable.ScenarioResource, cancellationToken);
    }

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

    public async Task<CreditsResource> ReadCreditsAsync(string userId, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, CreditsPath(userId));
        return await SendAsync(request, ApiJson.Readable.CreditsResource, cancellationToken);
    }

    /// <summary>Adds credits, once per key.</summary>
    public async Task<CreditsResource> GrantCreditsAsync(
        string userId, int credits, string key, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, CreditsPath(userId))
        {
            Content = new StringContent($$"""{"grant":{{credits}}}""", Encoding.UTF8, "application/json"),
            Headers = { { IdempotencyKey.Header, key } },
        };
        return await SendAsync(request, ApiJson.Readable.CreditsResource, cancellationToken);
    }

    public void Dispose() => http.Dispose();

    private static string TaskPath(string taskId) => $"/scenario/save/tasks/{Uri.EscapeDataString(taskId)}";

    private static string CreditsPath(string userId) => $"/credits/{Uri.EscapeDataString(userId)}";

    private async Task<T> SendAsync<T>(
        HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(request, cancellationToken);
        await ThrowIfProblemAsync(response, cancellationToken);
        return Parse(await response.Content.ReadAsStringAsync(cancellationToken), type);
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

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StartedTask))]
internal sealed partial class StartedJson : JsonSerializerContext;

/// <summary>A task as it was read.</summary>
/// <param name="Task">The fields that this version knows.</param>
/// <param name="Json">The whole answer.</param>
/// <param name="ETag">For a conditional request; null when the server sent none.</param>
/// <param name="RetryAfter">How long the server wants to be left before the next request.</param>
internal sealed record TaskReading(TaskResource Task, string Json, string? ETag, TimeSpan? RetryAfter);

/// <summary>The server cannot be reached, or did not answer in time.</summary>
/// <param name="message">Text for people: which server, and what to do.</param>
/// <param name="inner">The cause.</param>
internal sealed class ServerUnreachableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The API answered with an error.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="problem">The problem details; null when the answer had none.</param>
internal sealed class ApiProblemException(HttpStatusCode status, Problem? problem)
    : Exception(problem?.Detail ?? $"The server answered {(int)status} {status}.")
{
    public HttpStatusCode Status { get; } = status;

    /// <summary>Faults by JSON path; empty when there are none.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Errors { get; } =
        problem?.Errors ?? new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>One of <see cref="ExitCodes"/>: bad input, or any other failure.</summary>
    public int ExitCode => Status switch
    {
        HttpStatusCode.Unauthorized => ExitCodes.Failed,
        >= HttpStatusCode.InternalServerError => ExitCodes.Failed,
        _ => ExitCodes.BadInput,
    };

    /// <summary>Text for people: what is wrong, one line per fault, and what to do.</summary>
    /// <param name="place">Translates a JSON path into the user's words; null shows the path.</param>
    public string Explain(Func<string, string>? place = null)
    {
        var faults =
            from error in Errors
            from fault in error.Value
            select Environment.NewLine + "  " + PlainText.OneLine($"{place?.Invoke(error.Key) ?? error.Key}: {fault}");
        return Heading() + string.Concat(faults) + Advice();
    }

    /// <summary>The problem's detail is written for programs; where there are faults or advice, they replace it.</summary>
    private string Heading() => PlainText.OneLine((Errors.Count, Status, problem) switch
    {
        ( > 0, _, { Title: var title }) => $"{title}:",
        (_, HttpStatusCode.Unauthorized, { Title: var title }) => $"{title}.",
        _ => Message,
    });

    private string Advice() => Status switch
    {
        HttpStatusCode.Unauthorized =>
            $"{Environment.NewLine}The server needs an API key: set API_KEY to the value that it was started with.",
        HttpStatusCode.ServiceUnavailable => $"{Environment.NewLine}Try again in a moment.",
        _ => "",
    };
}
