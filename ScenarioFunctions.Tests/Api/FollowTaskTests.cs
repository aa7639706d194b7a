using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Api;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Api;

public sealed class FollowTaskTests : IDisposable
{
    private const string Key = "a-key-of-24-characters-or-more";

    private readonly HttpClient http = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_follower_is_told_the_state_then_each_change_and_the_end()
    {
        await using var server = await ApiServer.StartAsync();
        server.Put("t1", TaskState.Running);
        await using var reader = await EventReader.OpenAsync(http, UrlOf(server));

        Assert.Equal(["scene 1 pending", "scene 2 pending", "progress 0"], await TextsAsync(reader, 3));
        Scene(server, 1, SceneStatus.Skipped);
        Assert.Equal(["scene 1 skipped"], await TextsAsync(reader, 1));
        server.Engine.Change("t1", task => task with { Progress = task.Progress with { Percent = 70 } });
        Assert.Equal(["progress 70"], await TextsAsync(reader, 1));
        server.Engine.Change("t1", task => task with { State = TaskState.Failed });

        var rest = (await reader.RestAsync()).Select(TextOf).ToList();
        Assert.Equal(("progress 70", "ended failed"), (rest[^2], rest[^1]));
    }

    [Fact]
    public async Task What_a_scene_waits_for_is_told_when_it_changes()
    {
        await using var server = await ApiServer.StartAsync();
        server.Put("t1", TaskState.Running);
        Scene(server, 2, SceneStatus.Generating);
        await using var reader = await EventReader.OpenAsync(http, UrlOf(server));
        await TextsAsync(reader, 3);

        server.Waits.Set("t1", 2, () => new SceneWait(WaitingFor.Queued, Place: 12));
        Assert.Equal("""{"for":"queued","place":12}""", await NextWaitAsync());
        using var answer = await server.Client.GetAsync("/scenario/save/tasks/t1", Stop);
        Assert.Equal(12, (int?)(await answer.JsonAsync())["scenes"]![1]!["waiting"]!["place"]);

        server.Waits.Set("t1", 2, () => new SceneWait(WaitingFor.Running, Percent: 40, Attempt: 2, Attempts: 3));
        Assert.Equal("""{"for":"running","percent":40,"attempt":2,"attempts":3}""", await NextWaitAsync());
        server.Waits.Set("t1", 2, () => null);
        Assert.Null(await NextWaitAsync());

        async Task<string?> NextWaitAsync()
        {
            var next = reader.NextAsync();
            while (!next.IsCompleted)
            {
                server.Time.Advance(TimeSpan.FromSeconds(1));
                await Task.Yield();
            }

            return (await next)!.Value.Data["waiting"]?.ToJsonString();
        }
    }

    [Fact]
    public async Task What_the_engine_knows_of_a_scene_is_told_unless_this_process_makes_its_image()
    {
        await using var server = await ApiServer.StartAsync();
        server.Put("t1", TaskState.Running);
        Scene(server, 2, SceneStatus.Generating);
        var queued = new Dictionary<int, SceneWait> { [2] = new(WaitingFor.Queued, Place: 731) };
        server.Engine.Change("t1", task => task with { Progress = task.Progress with { Waiting = queued } });
        Assert.Equal("""{"for":"queued","place":731}""", await WaitAsync());

        server.Waits.Set("t1", 2, () => new SceneWait(WaitingFor.Running, Percent: 40));
        Assert.Equal("""{"for":"running","percent":40}""", await WaitAsync());
        server.Waits.Set("t1", 2, () => null);
        Assert.Null(await WaitAsync());

        async Task<string?> WaitAsync()
        {
            using var answer = await server.Client.GetAsync("/scenario/save/tasks/t1", Stop);
            return (await answer.JsonAsync())["scenes"]![1]!["waiting"]?.ToJsonString();
        }
    }

    [Fact]
    public async Task After_a_hundred_lost_connections_no_event_is_missing_and_none_came_twice()
    {
        await using var server = await ApiServer.StartAsync();
        server.Put("t1", TaskState.Running, scenes: 100);
        await using var steady = await EventReader.OpenAsync(http, UrlOf(server));
        await TextsAsync(steady, 101);
        string? lastId = null;
        var expected = new List<string>();
        var seen = new List<string>();
        for (var i = 0; i <= 100; i++)
        {
            await using var reader = await EventReader.OpenAsync(http, UrlOf(server), lastId);
            await TextsAsync(reader, i == 0 ? 101 : 0);
            seen.AddRange(await TextsAsync(reader, i % 2 == 0 && i > 0 ? 2 : 0)); // what it missed, or nothing
            lastId = reader.LastId;
            if (i < 100)
            {
                Scene(server, i + 1, SceneStatus.Generating);
                expected.AddRange(await TextsAsync(steady, 1));
            }
        }

        Assert.Equal(Enumerable.Range(1, 100).Select(number => $"scene {number} generating"), expected);
        Assert.Equal(expected, seen);
    }

    [Fact]
    public async Task One_whose_last_event_is_not_known_any_more_is_told_the_state()
    {
        await using var server = await ApiServer.StartAsync();
        server.Put("t1", TaskState.Running);
        await using var reader = await EventReader.OpenAsync(http, UrlOf(server), "0badf00d-7");
        Assert.Equal(["scene 1 pending", "scene 2 pending", "progress 0"], await TextsAsync(reader, 3));
    }

    [Fact]
    public async Task One_who_loses_the_connection_within_the_state_is_told_all_of_it_again()
    {
        await using var server = await ApiServer.StartAsync();
        server.Put("t1", TaskState.Running);
        await using var first = await EventReader.OpenAsync(http, UrlOf(server));
        Assert.Equal(["scene 1 pending"], await TextsAsync(first, 1));

        await using var second = await EventReader.OpenAsync(http, UrlOf(server), first.LastId is "" ? null : first.LastId);
        Assert.Equal(["scene 1 pending", "scene 2 pending", "progress 0"], await TextsAsync(second, 3));
    }

    [Fact]
    public async Task After_the_end_a_browser_is_told_not_to_come_again()
    {
        await using var server = await ApiServer.StartAsync();
        server.Put("t1", TaskState.Completed);
        await using var reader = await EventReader.OpenAsync(http, UrlOf(server));
        Assert.Equal("ended completed", (await reader.RestAsync()).Select(TextOf).Last());

        using var request = new HttpRequestMessage(HttpMethod.Get, UrlOf(server)) { Headers = { { "Last-Event-ID", reader.LastId } } };
        Assert.Equal(HttpStatusCode.NoContent, (await http.SendAsync(request, Stop)).StatusCode);
    }

    [Fact]
    public async Task While_nothing_happens_a_comment_comes_every_15_seconds()
    {
        await using var server = await ApiServer.StartAsync();
        server.Put("t1", TaskState.Running, scenes: 0);
        using var response = await http.GetAsync(UrlOf(server), HttpCompletionOption.ResponseHeadersRead, Stop);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Stop));
        for (var line = ""; !line.StartsWith("id:", StringComparison.Ordinal);)
        {
            line = (await lines.ReadLineAsync(Stop))!;
        }

        var comment = ReadCommentAsync(lines);
        while (!comment.IsCompleted)
        {
            server.Time.Advance(TimeSpan.FromSeconds(15));
            await Task.Yield();
        }

        Assert.Equal(":", await comment);
    }

    [Fact]
    public async Task A_stream_ends_before_the_platform_ends_it()
    {
        await using var server = await ApiServer.StartAsync(host: services => services
            .AddSingleton(new EventStreamSettings(TimeSpan.FromSeconds(200))).AddSingleton(new ServiceSettings()).AddScenarioApi());
        server.Put("t1", TaskState.Running, scenes: 0);
        await using var reader = await EventReader.OpenAsync(http, UrlOf(server));
        await TextsAsync(reader, 1);
        var end = reader.NextAsync();
        while (!end.IsCompleted)
        {
            server.Time.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }

        Assert.Null(await end);
    }

    [Fact]
    public async Task The_follow_url_opens_its_task_without_a_key_for_a_day_and_nothing_else()
    {
        await using var server = await ApiServer.StartAsync(new() { ApiKey = Key, SigningSecrets = [Key] });
        server.Client.DefaultRequestHeaders.Authorization = new("Bearer", Key);
        var accepted = await (await server.PostAsync(Posts.Save())).JsonAsync();
        server.Put("other", TaskState.Running);
        var follow = new Uri((string)accepted["follow_url"]!);
        var task = new Uri($"{accepted["status_url"]}{follow.Query}");
        Assert.StartsWith($"{accepted["status_url"]}/events?", follow.AbsoluteUri, StringComparison.Ordinal);

        await using (var reader = await EventReader.OpenAsync(http, follow))
        {
            Assert.Equal(["scene 1 pending"], await TextsAsync(reader, 1));
        }

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(task, Stop)).StatusCode);
        (HttpMethod Method, string Url)[] others =
        [
            (HttpMethod.Delete, task.AbsoluteUri),
            (HttpMethod.Get, $"{server.Address}scenario/save/tasks/other{follow.Query}"),
            (HttpMethod.Get, $"{server.Address}scenario/save/tasks/other/events{follow.Query}"),
            (HttpMethod.Get, $"{server.Address}scenario/save/tasks{follow.Query}"),
            (HttpMethod.Get, $"{server.Address}credits/user_1{follow.Query}"),
            (HttpMethod.Get, $"{task.AbsoluteUri[..^4]}AAAA"),
        ];
        foreach (var (method, url) in others)
        {
            Assert.Equal((HttpStatusCode.Unauthorized, url), ((await http.SendAsync(new HttpRequestMessage(method, url), Stop)).StatusCode, url));
        }

        server.Time.Advance(TimeSpan.FromHours(25));
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync(task, Stop)).StatusCode);
    }

    [Theory]
    [InlineData(Key, HttpStatusCode.OK)]
    [InlineData(Key + "2", HttpStatusCode.Unauthorized)]
    [InlineData(Key + "2," + Key, HttpStatusCode.OK)]
    [InlineData(Key + "," + Key + "2", HttpStatusCode.OK)]
    public async Task A_follow_url_of_one_instance_opens_at_another_that_has_its_secret_among_its_own(string secrets, HttpStatusCode expected)
    {
        var url = await FollowUrlAsync(Key);
        Assert.Equal(expected, await OpenAsync(secrets, url));
    }

    [Fact]
    public async Task While_a_key_is_replaced_new_follow_urls_need_the_new_key_only()
    {
        var url = await FollowUrlAsync($"{Key}2, {Key}");
        Assert.Equal(HttpStatusCode.OK, await OpenAsync(Key + "2", url));
        Assert.Equal(HttpStatusCode.Unauthorized, await OpenAsync(Key, url));
    }

    public void Dispose() => http.Dispose();

    /// <summary>The path and query of one, of an instance with these keys.</summary>
    private static async Task<string> FollowUrlAsync(string keys)
    {
        await using var server = await ApiServer.StartAsync(new() { ApiKey = keys, SigningSecrets = KeyRing.Split(keys) });
        server.Client.DefaultRequestHeaders.Authorization = new("Bearer", Key);
        return new Uri((string)(await (await server.PostAsync(Posts.Save())).JsonAsync())["follow_url"]!).PathAndQuery;
    }

    /// <summary>Reads its task at an instance with these keys.</summary>
    private async Task<HttpStatusCode> OpenAsync(string keys, string url)
    {
        await using var server = await ApiServer.StartAsync(new() { ApiKey = keys, SigningSecrets = KeyRing.Split(keys) });
        server.Put(url.Split('/')[4], TaskState.Running);
        using var answer = await http.GetAsync(new Uri(server.Address, url.Replace("/events?", "?", StringComparison.Ordinal)), Stop);
        return answer.StatusCode;
    }

    private static Uri UrlOf(ApiServer server) => new(server.Address, "/scenario/save/tasks/t1/events");

    private static void Scene(ApiServer server, int number, SceneStatus status) => server.Engine.Change("t1", task =>
    {
        var scenes = task.Progress.Scenes.Count > 0
            ? task.Progress.Scenes
            : [.. Enumerable.Range(1, task.SceneCount).Select(n => new SceneProgress(n, SceneStatus.Pending))];
        return task with
        {
            Progress = task.Progress with { Scenes = [.. scenes.Select(scene => scene.SceneNumber == number ? scene with { Status = status } : scene)] },
        };
    });

    private static async Task<List<string>> TextsAsync(EventReader reader, int count)
    {
        var texts = new List<string>();
        while (texts.Count < count)
        {
            texts.Add(TextOf((await reader.NextAsync())!.Value));
        }

        return texts;
    }

    private static string TextOf((string Type, JsonObject Data) one) => one.Type switch
    {
        "scene" => $"scene {one.Data["scene_number"]} {one.Data["status"]}",
        "progress" => $"progress {one.Data["progress"]}",
        _ => $"{one.Type} {one.Data["status"]}",
    };

    private static async Task<string> ReadCommentAsync(StreamReader lines)
    {
        while (true)
        {
            var line = (await lines.ReadLineAsync(Stop))!;
            if (line.Length > 0)
            {
                return line;
            }
        }
    }
}
