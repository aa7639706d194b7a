using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ScenarioFunctions.Local.Cli.Client;

/// <summary>
/// The HTTP API, typed. Every call may throw <see cref="ApiProblemException"/> and
/// <see cref="ServerUnreachableException"/>.
/// </summary>
internal sealed class ScenarioApiClient : IDisposable
{
    private readonly HttpClient http;

    /// <param name="address">Of the server, on this machine.</param>
    /// <param name="apiKey">Sent as bearer token; null sends none.</param>
    public ScenarioApiClient(Uri address, string? apiKey)
    {
        // A proxy set for the internet must not see calls within this machine.
        http = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = address,
            Timeout = TimeSpan.FromSeconds(30),
        };
        if (apiKey is not null)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
        }
    }

    /// <summary>Whether a URL can name the user: dots alone are folders there.</summary>
    public static bool CanName(string userId) => userId is not ("." or "..");

    /// <summary>Starts a task from a request in JSON, and returns its id; the same for the same key.</summary>
    public async Task<string> StartAsync(ReadOnlyMemory<byte> json, string key, CancellationToken cancellationToken)
    {
        var content = new ReadOnlyMemoryContent(json);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/scenario/save") { Content = content };
        request.Headers.Add("Idempotency-Key", key);
        return (await SendAsync(request, CliJson.Default.StartedTask, cancellationToken)).TaskId;
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
            Parse(json, CliJson.Default.SaveTask),
            json,
            response.Headers.ETag?.ToString(),
            response.Headers.RetryAfter?.Delta);
    }

    /// <summary>Asks the engine to cancel the task; one that has already ended is left as it is.</summary>
    public async Task CancelAsync(string taskId, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, TaskPath(taskId));
        using var response = await SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Conflict)
        {
            await ThrowIfProblemAsync(response, cancellationToken);
        }
    }

    public async Task<UserCredits> ReadCreditsAsync(string userId, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, CreditsPath(userId));
        return await SendAsync(request, CliJson.Default.UserCredits, cancellationToken);
    }

    public async Task<UserCredits> GrantCreditsAsync(string userId, int credits, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, CreditsPath(userId))
        {
            Content = JsonContent.Create(new CreditGrant(credits), CliJson.Default.CreditGrant),
        };
        return await SendAsync(request, CliJson.Default.UserCredits, cancellationToken);
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
                + "Start it again, or stop it, so that the command starts one of its own.",
                exception);
        }
    }

    private static async Task ThrowIfProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        ApiProblem? problem = null;
        if (response.Content.Headers.ContentType?.MediaType is "application/problem+json" or "application/json")
        {
            problem = Parse(await response.Content.ReadAsStringAsync(cancellationToken), CliJson.Default.ApiProblem);
        }

        throw new ApiProblemException(response.StatusCode, problem ?? new ApiProblem(null, null, null));
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
                $"The server answered what this version does not understand ({exception.Message}). Is it of another version?",
                exception);
        }
    }
}
