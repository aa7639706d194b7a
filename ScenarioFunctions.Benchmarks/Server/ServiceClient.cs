using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace ScenarioFunctions.Benchmarks.Server;

/// <summary>A client of the HTTP API. Calls that wait for an answer at the same time use separate connections.</summary>
internal sealed class ServiceClient(Uri address) : IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };

    /// <returns>The task's id, and the time of the answer in ms.</returns>
    public async Task<(string TaskId, double Milliseconds)> PostAsync(byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var started = Stopwatch.GetTimestamp();
        using var response = await http.PostAsync("scenario/save", content);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        Expect(response, HttpStatusCode.Accepted);
        using var json = JsonDocument.Parse(bytes);
        return (json.RootElement.GetProperty("task_id").GetString()!, took);
    }

    /// <returns>The time of the answer in ms, and its ETag.</returns>
    public async Task<(double Milliseconds, EntityTagHeaderValue? Tag)> GetAsync(string taskId, EntityTagHeaderValue? known)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"scenario/save/tasks/{taskId}");
        if (known is not null)
        {
            request.Headers.IfNoneMatch.Add(known);
        }

        var started = Stopwatch.GetTimestamp();
        using var response = await http.SendAsync(request);
        var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        if (response.StatusCode != HttpStatusCode.NotModified)
        {
            Expect(response, HttpStatusCode.OK);
        }

        return (took, response.Headers.ETag);
    }

    public async Task<string> StatusAsync(string taskId)
    {
        using var json = await GetJsonAsync($"scenario/save/tasks/{taskId}");
        return json.RootElement.GetProperty("status").GetString()!;
    }

    public async Task UntilCompletedAsync(string taskId, TimeSpan look)
    {
        while (await StatusAsync(taskId) is var status and not "completed")
        {
            if (status is not ("pending" or "running"))
            {
                throw new InvalidOperationException($"A task ended as {status}.");
            }

            await Task.Delay(look);
        }
    }

    /// <returns>How long a task took, from its post until it was seen to be completed.</returns>
    public async Task<double> SecondsAsync(byte[] body, TimeSpan look)
    {
        var started = Stopwatch.GetTimestamp();
        var (taskId, _) = await PostAsync(body);
        await UntilCompletedAsync(taskId, look);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <returns>Whether any task is in this state.</returns>
    public async Task<bool> AnyAsync(string status)
    {
        using var json = await GetJsonAsync($"scenario/save/tasks?status={status}&limit=1");
        return json.RootElement.GetProperty("tasks").GetArrayLength() > 0;
    }

    public void Dispose() => http.Dispose();

    private async Task<JsonDocument> GetJsonAsync(string path) => JsonDocument.Parse(await http.GetByteArrayAsync(path));

    private static void Expect(HttpResponseMessage response, HttpStatusCode status)
    {
        if (response.StatusCode != status)
        {
            throw new InvalidOperationException($"The server answered {(int)response.StatusCode} instead of {(int)status}.");
        }
    }
}
