using System.Net;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Api.Access;

/// <summary>How much one user may ask for.</summary>
public sealed class UserLimitTests : IAsyncLifetime
{
    private SupabaseAuth auth = null!;

    public async ValueTask InitializeAsync() => auth = await SupabaseAuth.StartAsync();

    public ValueTask DisposeAsync() => auth.DisposeAsync();

    [Fact]
    public async Task A_user_has_20_open_tasks_and_60_posts_a_minute_unless_it_is_set()
    {
        await using var server = await StartAsync("user_1");

        var answers = await Task.WhenAll(Enumerable.Range(0, 70).Select(_ => server.PostAsync(Posts.Save())));

        Assert.Equal(20, answers.Count(answer => answer.StatusCode == HttpStatusCode.Accepted));
        Assert.Equal(20, server.Engine.Started.Count);
        var problems = await Task.WhenAll(answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).Select(ProblemOfAsync));
        Assert.Equal((40, 10), (problems.Count(type => type == "too_many_open_tasks"), problems.Count(type => type == "too_many_posts")));
        Assert.All(answers, answer => Assert.True(
            answer.StatusCode == HttpStatusCode.Accepted || answer.Headers.RetryAfter!.Delta is { TotalSeconds: >= 1 and <= 60 }));
    }

    [Fact]
    public async Task Another_user_is_not_held_up()
    {
        await using var server = await StartAsync("user_1", new() { MaxOpenTasksPerUser = 1, MaxPostsPerMinute = 2 });
        for (var i = 0; i < 3; i++)
        {
            await server.PostAsync(Posts.Save());
        }

        server.Client.DefaultRequestHeaders.Authorization = new("Bearer", auth.TokenOf("user_2", server.Time.GetUtcNow()));

        Assert.Equal(HttpStatusCode.Accepted, (await server.PostAsync(Posts.Save(userId: "user_2"))).StatusCode);
    }

    [Fact]
    public async Task A_task_that_has_ended_makes_room_and_one_that_is_there_is_no_new_one()
    {
        await using var server = await StartAsync("user_1", new() { MaxOpenTasksPerUser = 1 });
        var first = await (await server.PostAsync(Posts.Save(), "order-1")).JsonAsync();

        Assert.Equal(HttpStatusCode.TooManyRequests, (await server.PostAsync(Posts.Save(shortId: "two"), "order-2")).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await server.PostAsync(Posts.Save(), "order-1")).StatusCode);

        server.Engine.Change(first["task_id"]!.GetValue<string>(), task => task with { State = TaskState.Completed });
        Assert.Equal(HttpStatusCode.Accepted, (await server.PostAsync(Posts.Save(shortId: "two"), "order-2")).StatusCode);
    }

    [Theory]
    [InlineData(null, 70)]
    [InlineData(0, 70)]
    [InlineData(3, 3)]
    public async Task The_services_key_has_no_limits_but_those_that_are_set(int? limit, int expected)
    {
        var settings = new ServiceSettings { ApiKey = "key", MaxOpenTasksPerUser = limit, MaxPostsPerMinute = limit };
        await using var open = await ApiServer.StartAsync(settings with { ApiKey = null });
        await using var server = await ApiServer.StartAsync(settings);
        server.Client.DefaultRequestHeaders.Authorization = new("Bearer", "key");

        foreach (var host in new[] { open, server })
        {
            await Task.WhenAll(Enumerable.Range(0, 70).Select(_ => host.PostAsync(Posts.Save())));
            await host.PostAsync(Posts.Save(userId: "user_2"));

            Assert.Equal(expected, host.Engine.Started.Values.Count(task => task.UserId == "user_1"));
            Assert.Equal(1, host.Engine.Started.Values.Count(task => task.UserId == "user_2"));
        }
    }

    [Fact]
    public async Task Reading_and_cancelling_are_not_counted()
    {
        await using var server = await StartAsync("user_1", new() { MaxOpenTasksPerUser = 1, MaxPostsPerMinute = 1 });
        var task = await (await server.PostAsync(Posts.Save())).JsonAsync();

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await server.GetAsync($"/scenario/save/tasks/{task["task_id"]}")).StatusCode);
        }

        Assert.Equal(HttpStatusCode.Accepted, (await server.DeleteAsync($"/scenario/save/tasks/{task["task_id"]}")).StatusCode);
    }

    private async Task<ApiServer> StartAsync(string userId, ServiceSettings? settings = null)
    {
        var server = await ApiServer.StartAsync((settings ?? new()) with { UserTokens = new UserTokenSettings(auth.Url, null) });
        server.Client.DefaultRequestHeaders.Authorization = new("Bearer", auth.TokenOf(userId, server.Time.GetUtcNow()));
        return server;
    }

    private static async Task<string> ProblemOfAsync(HttpResponseMessage answer) =>
        (await answer.JsonAsync())["type"]!.GetValue<string>().Split(':')[^1];
}
