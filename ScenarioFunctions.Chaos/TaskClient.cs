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
        if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            throw new HttpRequestException("It takes no work now.", null, response.StatusCode);
        }

        if (response.StatusCode != HttpStatusCode.Accepted)
        {
            throw new InvalidOperationException($"A good scenario was answered with {(int)response.StatusCode}.");
        }

        return (string)(await JsonAsync(response))["task_id"]!;
    }

    public async Task<HttpResponseMessage> SendPostAsync(byte[] body, string? key)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "scenario/save") { Content = content };
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

    private static async Task<JsonObject> JsonAsync(HttpResponseMessage response) =>
        JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
}
