using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Tests.Infrastructure.Api;

/// <summary>What tests of the API post, and how they read the answers.</summary>
internal static class Posts
{
    public const string Scenario = """
        {"title":"Showcase","scenes":[{"description":"Intro","duration":2.5},{"image_prompt":"A phone","duration":3}]}
        """;

    public static string Save(string scenario = Scenario, string shortId = "short_1", string userId = "user_1") =>
        $$"""{"short_id":"{{shortId}}","user_id":"{{userId}}","scenario":{{scenario}}}""";

    public static Task<HttpResponseMessage> PostAsync(
        this ApiServer server, string body, string? key = null, string path = "/scenario/save") =>
        server.PostAsync(Encoding.UTF8.GetBytes(body), "application/json", key, path);

    public static Task<HttpResponseMessage> PostAsync(
        this ApiServer server, byte[] body, string contentType, string? key = null, string path = "/scenario/save")
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        return server.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public static Task<HttpResponseMessage> PutAsync(
        this ApiServer server, string body, string path, string contentType = "application/json") =>
        server.Client.PutAsync(path, new StringContent(body, Encoding.UTF8, contentType), TestContext.Current.CancellationToken);

    public static Task<HttpResponseMessage> GetAsync(this ApiServer server, string path) =>
        server.Client.GetAsync(path, TestContext.Current.CancellationToken);

    public static Task<HttpResponseMessage> DeleteAsync(this ApiServer server, string path) =>
        server.Client.DeleteAsync(path, TestContext.Current.CancellationToken);

    public static async Task<JsonObject> JsonAsync(this HttpResponseMessage response) =>
        JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsObject();

    /// <summary>The faults of a problem: its <c>errors</c>, by path.</summary>
    public static async Task<Dictionary<string, string[]>> ErrorsAsync(this HttpResponseMessage response) =>
        (await response.JsonAsync())["errors"]!.AsObject().ToDictionary(
            error => error.Key, error => error.Value!.AsArray().Select(fault => fault!.GetValue<string>()).ToArray());

    /// <summary>A task of the fake engine, with that many scenes reported by nobody yet.</summary>
    public static TaskSnapshot Put(this ApiServer server, string taskId, TaskState state, int scenes = 2)
    {
        var task = new TaskSnapshot
        {
            TaskId = taskId,
            State = state,
            CreatedAt = server.Time.GetUtcNow(),
            UpdatedAt = server.Time.GetUtcNow(),
            ShortId = "short_1",
            UserId = "user_1",
            Title = "Schöne Grüße 🌍",
            SceneCount = scenes,
            RequestHash = "",
            Progress = new WorkflowProgress(),
        };
        server.Engine.Put(task);
        return task;
    }

    /// <summary>A stored scenario: its second scene shows the first of two images, its third was rejected twice.</summary>
    public static StoredScenario PutScenario(this ApiServer server, string userId, JsonObject? metadata = null, Guid? id = null)
    {
        var now = new DateTimeOffset(2026, 1, 15, 9, 30, 0, TimeSpan.Zero);
        var row = new ScenarioRow
        {
            Id = id ?? Guid.NewGuid(),
            ShortId = "short_1",
            UserId = userId,
            SceneCount = 3,
            TaskId = "t1",
            Details = new ScenarioDetails
            {
                Title = "Grüße 🌍",
                Description = "d",
                Script = "s",
                EstimatedDuration = 7.5,
                Metadata = metadata ?? [],
            },
        };
        var made = new SceneState
        {
            Status = SceneStatus.Completed,
            GenerationId = "g1",
            ImageUrl = "/a.png",
            Note = "cut",
            Model = "gen4_image",
            Ratio = "1080:1920",
            CreditsCharged = 2,
            ServiceCredits = 8,
            OrderedAt = now.AddSeconds(2),
            Attempt = 1,
            StoredAt = now.AddSeconds(10),
        };
        Scene[] scenes =
        [
            new() { SceneNumber = 1, Description = "one", Duration = 2.5 },
            new() { SceneNumber = 2, ImagePrompt = "a cup", VisualPrompt = "v", Duration = 5, ProductReferenceImageUrl = "https://x.test/p.png" },
            new() { SceneNumber = 3, ImagePrompt = "a pot" },
        ];
        SceneState[] states = [SceneState.SkippedFor(SceneReason.FirstScene), made, SceneState.SkippedFor(SceneReason.InsufficientCredits)];
        SceneRow[] rows = [.. scenes.Zip(states, (scene, state) => new SceneRow(Guid.NewGuid(), row.Id, scene, state))];
        SceneImage Image(int scene, int version, string prompt, SceneState state) => new()
        {
            Id = version == 1 && scene == 1 ? rows[scene].Id : Guid.NewGuid(),
            SceneId = rows[scene].Id,
            Version = version,
            TaskId = $"t{version}",
            ImagePrompt = prompt,
            State = state,
            CreatedAt = now.AddMinutes(version),
            EndedAt = now.AddMinutes(version),
        };
        var stored = new StoredScenario(row, now, rows,
        [
            Image(1, 1, "a cup", made), Image(1, 2, "a red cup", made with { ImageUrl = "https://cdn.test/b.png", Seed = 7 }),
            Image(2, 1, "a pot", SceneState.SkippedFor(SceneReason.ContentRejected) with { Note = "again", FailureCode = "SAFETY.INPUT.TEXT", OrderedAt = now.AddSeconds(2), Attempt = 2 }),
        ]);
        server.Store.Scenarios.Add(stored);
        return stored;
    }
}
