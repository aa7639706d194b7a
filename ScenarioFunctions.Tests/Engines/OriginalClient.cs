using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScenarioFunctions.Chaos;

namespace ScenarioFunctions.Tests.Engines;

/// <summary>
/// A client of the service before this one: what it sends, and the fields that it reads, by their types. It knows nothing of ours.
/// </summary>
internal sealed class OriginalClient(HttpClient http)
{
    private static readonly string[] Statuses = ["queued", "pending", "running", "completed", "failed", "cancelled", "timeout", "retrying"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>All that it does, with a user who has credits for a few images.</summary>
    public async Task RunAsync(string userId)
    {
        var shortId = $"{Guid.NewGuid()}";
        var saved = await SaveAsync(shortId, userId, Scenario());
        var ended = await FollowAsync(saved.TaskId);
        Assert.Equal(("completed", 100, (string?)null), (ended.Status, ended.Progress, ended.ErrorMessage));
        Assert.True(Guid.TryParse(ended.ScenarioId, out _));
        Assert.Equal(HttpStatusCode.Conflict, (await CancelAsync(saved.TaskId)).Status);

        var slow = Scenario();
        slow["scenes"]![1]!["image_prompt"] = "emulator:slow=600";
        var running = await SaveAsync(shortId, userId, slow);
        Assert.Equal(HttpStatusCode.Accepted, (await CancelAsync(running.TaskId)).Status);
        Assert.Equal("cancelled", (await FollowAsync(running.TaskId)).Status);

        Assert.Equal(HttpStatusCode.NotFound, (await CancelAsync($"{Guid.NewGuid()}")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SaveWrongAsync(new { short_id = shortId, user_id = userId, scenario = "{" })).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SaveWrongAsync(new { short_id = shortId, user_id = userId })).Status);
    }

    /// <summary>What its front end sends: numbers and nulls as its forms have them, the scenario as a JSON string.</summary>
    private static JsonObject Scenario() => new()
    {
        ["title"] = "Linen apron, made to last",
        ["description"] = "",
        ["detected_demographics"] = null,
        ["scenes"] = new JsonArray(
            Scene("1", "8", "A linen apron on a hook", "https://cdn.example.com/first.png"), Scene("2", 8.0, "A linen apron, folded", null),
            Scene("3", "6", "", null)),
        ["audio_script"] = new JsonObject { ["hook"] = "Flour again?", ["main"] = "", ["cta"] = "See it.", ["hashtags"] = new JsonArray() },
        ["total_duration"] = "22",
        ["style"] = "cinematic",
        ["mood"] = "calm",
        ["resolution"] = "720:1280",
        ["environment"] = "a kitchen",
        ["thumbnail_prompt"] = null,
        ["thumbnail_url"] = null,
        ["thumbnail_text_overlay_prompt"] = "",
    };

    private async Task<Answer> SaveAsync(string shortId, string userId, JsonObject scenario)
    {
        using var response = await http.PostAsJsonAsync(
            "/scenario/save", new { short_id = shortId, user_id = userId, scenario = scenario.ToJsonString() }, Stop);
        var answer = await ReadAsync(response);
        Assert.Equal((shortId, userId), (answer.ShortId, answer.UserId));
        return answer;
    }

    private async Task<Answer> FollowAsync(string taskId)
    {
        Answer? last = null;
        await Patience.UntilAsync(
            async () =>
            {
                using var response = await http.GetAsync($"/scenario/save/tasks/{taskId}", Stop);
                var next = await ReadAsync(response);
                Assert.True(next.Progress >= (last?.Progress ?? 0));
                last = next;
                return next.Status is not ("queued" or "pending" or "running" or "retrying");
            },
            () => $"{last}",
            Stop);
        return last!;
    }

    /// <returns>The status, and the <c>message</c> or the <c>detail</c>.</returns>
    private async Task<(HttpStatusCode Status, string Text)> CancelAsync(string taskId) =>
        await TextAsync(await http.DeleteAsync($"/scenario/save/tasks/{taskId}", Stop));

    private async Task<(HttpStatusCode Status, string Text)> SaveWrongAsync(object body) =>
        await TextAsync(await http.PostAsJsonAsync("/scenario/save", body, Stop));

    private static JsonObject Scene(string number, JsonNode duration, string prompt, string? image) => new()
    {
        ["scene_id"] = $"scene_{number}",
        ["scene_number"] = number,
        ["description"] = $"look {number}",
        ["duration"] = duration,
        ["image_prompt"] = prompt,
        ["visual_prompt"] = "",
        ["image_reasoning"] = "",
        ["product_reference_image_url"] = "",
        ["generated_image_url"] = image,
        ["text_overlay_prompt"] = "",
    };

    private static async Task<(HttpStatusCode Status, string Text)> TextAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(Stop);
        return (response.StatusCode, body.GetProperty(response.IsSuccessStatusCode ? "message" : "detail").GetString()!);
    }

    private static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(Stop);
        Assert.True(response.IsSuccessStatusCode, $"{body}");
        var answer = new Answer(
            Text("task_id")!, Text("status")!, Text("short_id")!, Text("user_id")!, body.GetProperty("progress").GetDouble(),
            Text("scenario_id"), Text("error_message"));
        Assert.Contains(answer.Status, Statuses);
        Assert.NotEmpty(Text("message")!);
        Assert.NotEmpty(Text("current_step")!);
        Assert.True(body.GetProperty("created_at").TryGetDateTime(out _));
        Assert.Equal(answer.Status is "completed" or "failed" or "cancelled", Text("completed_at") is not null);
        return answer;

        string? Text(string name) => body.GetProperty(name).GetString();
    }

    private sealed record Answer(
        string TaskId, string Status, string ShortId, string UserId, double Progress, string? ScenarioId, string? ErrorMessage);
}
