using System.Net;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Webhooks;
using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Api;

public sealed class CallbackUrlTests
{
    private const string Url = "https://hooks.example.com/done?key=secret";
    private const string List = "/scenario/save/tasks";

    /// <summary>None of these tests sends anything.</summary>
    private static Task<ApiServer> StartAsync() => ApiServer.StartAsync(new() { WebhookSecret = "whsec_" });

    [Fact]
    public async Task A_post_with_a_callback_url_keeps_it_with_the_task_and_shows_only_its_origin()
    {
        await using var server = await StartAsync();

        var answer = await (await server.PostAsync(SaveWith(Url))).JsonAsync();

        var callback = Assert.Single(server.Engine.Started).Value.Callback!;
        Assert.Equal((Url, server.Address.AbsoluteUri.TrimEnd('/')), (callback.Url, callback.BaseUrl));
        Assert.Equal("waiting", (string?)answer["webhook"]!["status"]);
        Assert.Equal("https://hooks.example.com", (string?)answer["webhook"]!["origin"]);
        Assert.DoesNotContain("secret", answer.ToJsonString());
        Assert.DoesNotContain(server.Log.Lines, line => line.Message.Contains("secret", StringComparison.Ordinal));
        Assert.DoesNotContain("secret", $"{server.Engine.Started.Single().Value}");
    }

    [Fact]
    public async Task A_redo_takes_a_callback_url_too()
    {
        await using var server = await StartAsync();
        var scenario = server.PutScenario("user_1");

        await server.PostAsync($$"""{"scenes":"missing","callback_url":"{{Url}}"}""", path: $"/scenarios/{scenario.Row.Id}/images");
        var refused = await server.PostAsync(
            """{"scenes":"missing","callback_url":"http://example.com"}""", path: $"/scenarios/{scenario.Row.Id}/images");

        Assert.Equal(Url, Assert.Single(server.Engine.Started).Value.Callback!.Url);
        Assert.Equal(["$.callback_url"], (await refused.ErrorsAsync()).Keys);
    }

    [Fact]
    public async Task A_post_without_one_or_with_an_empty_one_has_no_webhook()
    {
        await using var server = await ApiServer.StartAsync();

        var without = await (await server.PostAsync(Posts.Save())).JsonAsync();
        var empty = await (await server.PostAsync(SaveWith(""))).JsonAsync();

        Assert.False(without.ContainsKey("webhook"));
        Assert.False(empty.ContainsKey("webhook"));
        Assert.All(server.Engine.Started.Values, input => Assert.Null(input.Callback));
    }

    [Fact]
    public async Task One_that_cannot_be_used_is_told_with_the_other_faults_of_the_post()
    {
        await using var server = await StartAsync();
        var body = """{"short_id":"s","scenario":{"title":"T"},"callback_url":"https://169.254.169.254/"}""";

        var errors = await (await server.PostAsync(body)).ErrorsAsync();

        Assert.Contains("public Internet", Assert.Single(errors["$.callback_url"]));
        Assert.Contains("$.user_id", errors.Keys);
        Assert.Contains("$.scenario.scenes", errors.Keys);
        Assert.Empty(server.Engine.Started);
    }

    [Fact]
    public async Task Without_a_WEBHOOK_SECRET_it_is_refused()
    {
        await using var server = await ApiServer.StartAsync();

        var answer = await server.PostAsync(SaveWith(Url));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("WEBHOOK_SECRET", Assert.Single((await answer.ErrorsAsync())["$.callback_url"]));
    }

    [Fact]
    public async Task One_under_another_name_is_refused_with_the_right_name()
    {
        await using var server = await StartAsync();
        var body = Posts.Save().Insert(1, """ "webhook_url": "https://example.com", """);

        Assert.Contains("`callback_url`", Assert.Single((await (await server.PostAsync(body)).ErrorsAsync())["$.webhook_url"]));
    }

    [Fact]
    public async Task The_same_key_with_another_callback_url_is_another_request()
    {
        await using var server = await StartAsync();

        await server.PostAsync(SaveWith(Url), "key");
        var same = await server.PostAsync(SaveWith(Url), "key");
        var other = await server.PostAsync(SaveWith("https://example.com/other"), "key");
        var none = await server.PostAsync(Posts.Save(), "key");

        Assert.Equal(HttpStatusCode.Accepted, same.StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, none.StatusCode);
    }

    [Fact]
    public async Task The_task_tells_how_the_delivery_failed()
    {
        await using var server = await StartAsync();
        PutCalled(server, TaskState.Failed);
        server.Webhooks.Delivery = new()
        {
            Attempts = 2,
            Error = "HTTP 500",
            LastAttemptAt = server.Time.GetUtcNow(),
            NextAttemptAt = server.Time.GetUtcNow().AddMinutes(1),
        };

        var webhook = (await (await server.GetAsync($"{List}/called")).JsonAsync())["webhook"]!;

        Assert.Equal(
            """{"event":"task.failed","status":"pending","origin":"https://hooks.example.com","attempts":2,"last_attempt_at":"2026-01-15T09:30:00.120Z","next_attempt_at":"2026-01-15T09:31:00.120Z","error":"HTTP 500"}""",
            webhook.ToJsonString());
    }

    [Fact]
    public async Task It_can_be_sent_again()
    {
        await using var server = await StartAsync();
        PutCalled(server, TaskState.Completed);
        server.Webhooks.Delivery = new() { Status = WebhookStatus.Pending };

        var answer = await server.PostAsync("", path: $"{List}/called/webhook");

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("pending", (string?)(await answer.JsonAsync())["webhook"]!["status"]);
        Assert.Equal(["called"], server.Webhooks.SentAgain);
    }

    [Fact]
    public async Task What_has_no_webhook_or_has_not_ended_cannot_be_sent()
    {
        await using var server = await StartAsync();
        server.Put("plain", TaskState.Completed);
        PutCalled(server, TaskState.Running);

        var plain = await server.PostAsync("", path: $"{List}/plain/webhook");
        var running = await server.PostAsync("", path: $"{List}/called/webhook");

        Assert.Equal(HttpStatusCode.Conflict, plain.StatusCode);
        Assert.Contains("callback_url", (string?)(await plain.JsonAsync())["detail"]);
        Assert.Equal(HttpStatusCode.Conflict, running.StatusCode);
        Assert.Contains("has not ended", (string?)(await running.JsonAsync())["detail"]);
        Assert.Empty(server.Webhooks.SentAgain);
    }

    private static string SaveWith(string url) => Posts.Save().Insert(1, $"""
        "callback_url": "{url}",
        """);

    private static void PutCalled(ApiServer server, TaskState state) =>
        server.Engine.Put(server.Put("called", state) with { Callback = new(Url, "https://api.example.com") });
}
