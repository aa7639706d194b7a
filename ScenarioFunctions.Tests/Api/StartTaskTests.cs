using System.Net;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Api;

public sealed class StartTaskTests
{
    [Fact]
    public async Task A_key_whose_task_was_removed_starts_a_new_task_and_leaves_the_old_scenario_alone()
    {
        await using var server = await ApiServer.StartAsync();
        var first = await TaskIdAsync(await server.PostAsync(Posts.Save(shortId: "old"), "order-1"));
        server.Engine.Change(first, task => task with { State = TaskState.Completed });
        server.PutScenario("user_1", id: ScenarioIds.Scenario(first));
        await server.Engine.ForgetAsync(server.Time.GetUtcNow().AddDays(1), TestContext.Current.CancellationToken);

        var second = await TaskIdAsync(await server.PostAsync(Posts.Save(shortId: "new"), "order-1"));
        var again = await TaskIdAsync(await server.PostAsync(Posts.Save(shortId: "new"), "order-1"));

        Assert.NotEqual(first, second);
        Assert.Equal(second, again);
    }

    [Fact]
    public async Task A_task_that_starts_and_saves_its_scenario_while_its_key_is_looked_up_is_found_by_it()
    {
        await using var server = await ApiServer.StartAsync();
        var first = await TaskIdAsync(await server.PostAsync(Posts.Save(), "order-1"));
        server.Engine.Change(first, task => task with { State = TaskState.Completed });
        var task = (await server.Engine.FindAsync(first, TestContext.Current.CancellationToken))!;
        await server.Engine.ForgetAsync(server.Time.GetUtcNow().AddDays(1), TestContext.Current.CancellationToken);
        server.PutScenario("user_1", id: ScenarioIds.Scenario(first));
        var looks = 0;
        server.Engine.BeforeFind = _ =>
        {
            if (++looks == 3) // after the key of 0.1.0 and this one
            {
                server.Engine.Put(task);
            }

            return Task.CompletedTask;
        };

        Assert.Equal(first, await TaskIdAsync(await server.PostAsync(Posts.Save(), "order-1")));
    }

    [Fact]
    public async Task A_scenario_is_accepted_and_says_where_to_follow_it()
    {
        await using var server = await ApiServer.StartAsync();
        var response = await server.PostAsync(Posts.Save());
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var body = await response.JsonAsync();
        var taskId = body["task_id"]!.GetValue<string>();
        var url = $"{server.Address}scenario/save/tasks/{taskId}";
        Assert.Equal("pending", body["status"]!.GetValue<string>());
        Assert.Equal(url, body["status_url"]!.GetValue<string>());
        Assert.Equal(url, response.Headers.Location!.ToString());
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter!.Delta);
        Assert.Equal(8, Guid.Parse(taskId).Version);
        Assert.Equal(taskId, Assert.Single(server.Engine.Started).Key);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync(url)).StatusCode);
    }

    [Fact]
    public async Task The_run_gets_the_settings_of_the_moment()
    {
        var settings = new ServiceSettings { CreditsPerImage = 7, MaxParallelImages = 3 };
        await using var server = await ApiServer.StartAsync(settings);
        await server.PostAsync(Posts.Save());
        var input = Assert.Single(server.Engine.Started).Value;
        Assert.Equal((7, 3), (input.CreditsPerImage, input.MaxParallelImages));
        Assert.Equal(("short_1", "user_1"), (input.ShortId, input.UserId));
    }

    [Fact]
    public async Task Urls_are_below_the_public_base_url_when_there_is_one()
    {
        await using var server = await ApiServer.StartAsync(new() { PublicBaseUrl = new("https://api.example.com/video") });
        var body = await (await server.PostAsync(Posts.Save())).JsonAsync();
        Assert.StartsWith(
            "https://api.example.com/video/scenario/save/tasks/", body["status_url"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=UTF-8")]
    [InlineData("application/json; charset=\"utf-8\"")]
    [InlineData("application/vnd.scenario+json")]
    public async Task Json_by_any_of_its_names_is_accepted(string contentType)
    {
        await using var server = await ApiServer.StartAsync();
        var response = await server.PostAsync("\uFEFF"u8.ToArray().Concat(Bytes(Posts.Save())).ToArray(), contentType);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    [Fact]
    public async Task The_same_key_and_body_lead_to_the_same_task_and_its_state_of_now()
    {
        await using var server = await ApiServer.StartAsync();
        var first = await (await server.PostAsync(Posts.Save(), "order-1")).JsonAsync();
        var taskId = first["task_id"]!.GetValue<string>();
        server.Engine.Change(taskId, task => task with { State = TaskState.Running });
        var reordered = """
            {"scenes":[{"duration":2.5,"description":"\u0049ntro"},{"duration":3,"image_prompt":"A phone"}], "title":"Showcase"}
            """;
        var asString = Posts.Save(System.Text.Json.JsonSerializer.Serialize(reordered));
        var response = await server.PostAsync(asString, "order-1");
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var second = await response.JsonAsync();
        Assert.Equal(ScenarioIds.TaskForKey("user_1", "order-1"), taskId);
        Assert.Equal(taskId, second["task_id"]!.GetValue<string>());
        Assert.Equal("running", second["status"]!.GetValue<string>());
        Assert.Single(server.Engine.Started);
    }

    [Theory]
    [InlineData(TaskState.Pending, "is accepted", true)]
    [InlineData(TaskState.Running, "is running", true)]
    [InlineData(TaskState.Completed, "has completed", false)]
    [InlineData(TaskState.Failed, "has failed", false)]
    [InlineData(TaskState.Cancelled, "was cancelled", false)]
    public async Task A_repeated_post_says_how_its_task_is(TaskState state, string expected, bool goesOn)
    {
        await using var server = await ApiServer.StartAsync();
        await server.PostAsync(Posts.Save(), "order-1");
        server.Engine.Change(Assert.Single(server.Engine.Started).Key, task => task with { State = state });
        var response = await server.PostAsync(Posts.Save(), "order-1");
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var message = (await response.JsonAsync())["message"]!.GetValue<string>();
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Equal(goesOn, message.Contains("Follow it", StringComparison.Ordinal));
        Assert.Equal(goesOn, response.Headers.RetryAfter is not null);
    }

    [Fact]
    public async Task A_repeated_post_is_logged_as_one_and_not_as_accepted_again()
    {
        await using var server = await ApiServer.StartAsync();
        await server.PostAsync(Posts.Save(), "order-1");
        var taskId = Assert.Single(server.Engine.Started).Key;
        server.Engine.Change(taskId, task => task with { State = TaskState.Running });
        server.Time.Advance(TimeSpan.FromMilliseconds(1));
        await server.PostAsync(Posts.Save(), "order-1");
        Assert.Equal(
            [
                $"Task {taskId} accepted: 2 scenes for user user_1",
                $"Task {taskId} was requested again by its Idempotency-Key; its state is Running",
            ],
            server.Log.Lines.Select(line => line.Message));
    }

    [Theory]
    [InlineData("short_2", Posts.Scenario)]
    [InlineData("short_1", """{"title":"Showcase","scenes":[{"duration":2.5,"note":null}]}""")]
    public async Task The_same_key_with_another_body_is_refused(string shortId, string scenario)
    {
        await using var server = await ApiServer.StartAsync();
        await server.PostAsync(Posts.Save(), "order-1");
        var response = await server.PostAsync(Posts.Save(scenario, shortId), "order-1");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Single(server.Engine.Started);
    }

    [Fact]
    public async Task Twenty_posts_at_once_with_one_key_start_one_task()
    {
        await using var server = await ApiServer.StartAsync();
        var responses = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => server.PostAsync(Posts.Save(), "order-1")));
        Assert.All(responses, response => Assert.Equal(HttpStatusCode.Accepted, response.StatusCode));
        var ids = await Task.WhenAll(responses.Select(async response => (await response.JsonAsync())["task_id"]!.GetValue<string>()));
        Assert.Single(ids.Distinct());
    }

    [Fact]
    public async Task Posts_without_a_key_are_tasks_of_their_own()
    {
        await using var server = await ApiServer.StartAsync();
        await server.PostAsync(Posts.Save());
        await server.PostAsync(Posts.Save());
        Assert.Equal(2, server.Engine.Started.Count);
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("")]
    public async Task A_key_of_other_characters_is_refused(string key)
    {
        await using var server = await ApiServer.StartAsync();
        var response = await server.PostAsync(Posts.Save(shortId: "no/slash"), key);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(["$.short_id", "Idempotency-Key"], (await response.ErrorsAsync()).Keys.Order());
        Assert.Empty(server.Engine.Started);
    }

    [Theory]
    [InlineData(255, HttpStatusCode.Accepted)]
    [InlineData(256, HttpStatusCode.BadRequest)]
    public async Task A_key_has_at_most_255_characters(int length, HttpStatusCode expected)
    {
        await using var server = await ApiServer.StartAsync();
        Assert.Equal(expected, (await server.PostAsync(Posts.Save(), new string('~', length))).StatusCode);
    }

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static async Task<string> TaskIdAsync(HttpResponseMessage answer) => (string)(await answer.JsonAsync())["task_id"]!;
}
