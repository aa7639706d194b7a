using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace ScenarioFunctions.Chaos;

/// <summary>A client that only uses the service's HTTP API.</summary>
internal sealed class TaskClient(Uri address) : IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = address, Timeout = Patience.Limit };

    /// <returns>The task's id.</returns>
    public async Task<string> PostAsync(byte[] body, string key)
    {
        using var response = await SendPostAsync(body, key);
        Demand(response, HttpStatusCode.Accepted);
        return (string)(await JsonAsync(response))["task_id"]!;
    }

    /// <summary>Asks for images of a stored scenario to be made again.</summary>
    /// <returns>The task's id; null when no image is missing.</returns>
    public async Task<string?> RedoAsync(string scenarioId, byte[] body, string key)
    {
        using var response = await SendPostAsync(body, key, $"scenarios/{scenarioId}/images");
        Demand(response, HttpStatusCode.Accepted, HttpStatusCode.OK);
        return response.StatusCode == HttpStatusCode.OK ? null : (string)(await JsonAsync(response))["task_id"]!;
    }

    public async Task<JsonObject> ReadScenarioAsync(string scenarioId)
    {
        using var response = await http.GetAsync($"scenarios/{scenarioId}");
        Demand(response, HttpStatusCode.OK);
        return await JsonAsync(response);
    }

    public async Task<HttpStatusCode> ShowAsync(string scenarioId, int scene, int version)
    {
        using var response = await http.PutAsJsonAsync($"scenarios/{scenarioId}/scenes/{scene}/image", new { version });
        Demand(response, HttpStatusCode.OK);
        return response.StatusCode;
    }

    /// <summary>Asks for a task that failed to be continued.</summary>
    public async Task<HttpStatusCode> ResumeAsync(string taskId)
    {
        using var response = await http.PostAsync($"scenario/save/tasks/{taskId}/resume", null);
        Demand(response, HttpStatusCode.Accepted, HttpStatusCode.Conflict);
        return response.StatusCode;
    }

    public async Task<HttpResponseMessage> SendPostAsync(byte[] body, string? key, string path = "scenario/save")
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await http.SendAsync(request);
    }

    /// <returns>Null for 404.</returns>
    public async Task<JsonObject?> FindAsync(string taskId)
    {
        using var response = await http.GetAsync($"scenario/save/tasks/{taskId}");
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        response.EnsureSuccessStatusCode();
        return await JsonAsync(response);
    }

    /// <summary>Waits until the task has ended.</summary>
    public async Task<JsonObject> WaitAsync(string taskId)
    {
        JsonObject? task = null;
        await Patience.UntilAsync(
            async () =>
            {
                task = await FindAsync(taskId) ?? throw new InvalidOperationException($"Task {taskId} is gone.");
                return (string)task["status"]! is not ("pending" or "running");
            },
            () => $"Task {taskId} is {task?.ToJsonString()}",
            CancellationToken.None);
        return task!;
    }

    public async Task<HttpStatusCode> CancelAsync(string taskId)
    {
        using var response = await http.DeleteAsync($"scenario/save/tasks/{taskId}");
        return response.StatusCode;
    }

    public async Task GrantAsync(string userId, int credits)
    {
        using var response = await http.PostAsJsonAsync($"credits/{userId}", new { grant = credits });
        response.EnsureSuccessStatusCode();
    }

    public void Dispose() => http.Dispose();

    /// <exception cref="HttpRequestException">The service is not available now; the request can be repeated.</exception>
    private static void Demand(HttpResponseMessage response, params HttpStatusCode[] expected)
    {
        if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            throw new HttpRequestException("It takes no work now.", null, response.StatusCode);
        }

        if (!expected.Contains(response.StatusCode))
        {
            throw new InvalidOperationException(
                $"{response.RequestMessage!.Method} {response.RequestMessage.RequestUri} was answered with {(int)response.StatusCode}.");
        }
    }

    private static async Task<JsonObject> JsonAsync(HttpResponseMessage response) =>
        JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
}
