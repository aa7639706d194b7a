using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Api;

public sealed class ListTasksTests
{
    private const string List = "/scenario/save/tasks";

    [Fact]
    public async Task A_page_leads_to_the_next()
    {
        await using var server = await ApiServer.StartAsync();
        var body = await (await server.GetAsync(List)).JsonAsync();
        Assert.Equal("page-2", body["next_cursor"]!.GetValue<string>());
        var last = await (await server.GetAsync($"{List}?cursor=page-2")).JsonAsync();
        Assert.Null(last["next_cursor"]);
    }

    [Fact]
    public async Task A_page_shows_each_task_as_it_is_shown_alone_but_without_its_scenes()
    {
        await using var server = await ApiServer.StartAsync();
        foreach (var state in Enum.GetValues<TaskState>())
        {
            PutWithEveryScene(server, $"{state}", state);
        }

        var body = await (await server.GetAsync(List)).JsonAsync();
        var listed = body["tasks"]!.AsArray().ToDictionary(task => task!["task_id"]!.GetValue<string>(), task => task!.ToJsonString());
        Assert.Equal(Enum.GetNames<TaskState>().Order(), listed.Keys.Order());
        foreach (var (taskId, task) in listed)
        {
            var alone = await (await server.GetAsync($"{List}/{taskId}")).JsonAsync();
            alone.Remove("scenes", out var scenes);
            (alone["result"] as JsonObject)?.Remove("scenes");
            var inList = JsonNode.Parse(task)!.AsObject();
            inList.Remove("images", out var images);
            Assert.True(JsonNode.DeepEquals(alone, inList), task);
            Assert.Equal(
                scenes!.AsArray().Count(scene => (string?)scene!["status"] == "completed"), (int)images!["made"]!);
            Assert.Equal(scenes.AsArray().Count(scene => (string?)scene!["reason"] != "first_scene"), (int)images["wanted"]!);
        }
    }

    [Fact]
    public async Task A_page_of_large_tasks_is_small_and_smaller_compressed()
    {
        await using var server = await ApiServer.StartAsync();
        foreach (var number in Enumerable.Range(1, 50))
        {
            server.Put($"task-{number}", TaskState.Running, 100);
        }

        using var client = new HttpClient { BaseAddress = server.Address };
        using var plain = await client.GetAsync($"{List}?limit=50", TestContext.Current.CancellationToken);
        client.DefaultRequestHeaders.AcceptEncoding.Add(new("br"));
        using var compressed = await client.GetAsync($"{List}?limit=50", TestContext.Current.CancellationToken);

        Assert.InRange(plain.Content.Headers.ContentLength!.Value, 1, 50_000);
        Assert.Equal(["br"], compressed.Content.Headers.ContentEncoding);
        Assert.InRange(compressed.Content.Headers.ContentLength!.Value, 1, 5_000);
        await using var body = new BrotliStream(
            await compressed.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken), CompressionMode.Decompress);
        using var text = new StreamReader(body);
        Assert.Equal(
            await plain.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            await text.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Equal(plain.Headers.ETag, compressed.Headers.ETag);
    }

    [Fact]
    public async Task A_page_that_has_not_changed_is_not_sent_again()
    {
        await using var server = await ApiServer.StartAsync();
        server.Put("t1", TaskState.Running);
        var first = await server.GetAsync(List);

        server.Client.DefaultRequestHeaders.IfNoneMatch.Add(first.Headers.ETag!);
        var same = await server.GetAsync(List);
        server.Put("t2", TaskState.Running);
        var changed = await server.GetAsync(List);

        Assert.Equal((HttpStatusCode.NotModified, HttpStatusCode.OK), (same.StatusCode, changed.StatusCode));
    }

    [Fact]
    public async Task A_list_reads_the_store_only_for_tasks_that_ended_early()
    {
        await using var server = await ApiServer.StartAsync();
        TaskState[] states = [TaskState.Pending, TaskState.Running, TaskState.Completed];
        Array.ForEach(states, state => PutWithEveryScene(server, $"{state}", state));
        await server.GetAsync(List);
        Assert.Equal(0, server.Store.Reads);
    }

    [Theory]
    [InlineData("", null, 20, null)]
    [InlineData("?status=&limit=&cursor=", null, 20, null)]
    [InlineData("?status=running&limit=100&cursor=page-2", TaskState.Running, 100, "page-2")]
    [InlineData("?status=pending&limit=1", TaskState.Pending, 1, null)]
    public async Task Parameters_reach_the_engine(string query, TaskState? state, int limit, string? cursor)
    {
        await using var server = await ApiServer.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync(List + query)).StatusCode);
        Assert.Equal(new TaskQuery(state, limit, cursor), server.Engine.LastQuery);
    }

    [Theory]
    [InlineData("?status=done&limit=0", "limit,status")]
    [InlineData("?status=Running", "status")]
    [InlineData("?status=0", "status")]
    [InlineData("?status=running&status=failed", "status")]
    [InlineData("?limit=101", "limit")]
    [InlineData("?limit=-1", "limit")]
    [InlineData("?limit=1e1", "limit")]
    [InlineData("?limit=99999999999", "limit")]
    [InlineData("?cursor=made-up", "cursor")]
    [InlineData("?cursor=made-up&status=done&limit=0", "cursor,limit,status")]
    [InlineData("?cursor=page-2&limit=0", "limit")]
    [InlineData("?cursor=page-2&cursor=page-2&limit=0", "cursor,limit")]
    public async Task Wrong_parameters_are_refused_by_name(string query, string names)
    {
        await using var server = await ApiServer.StartAsync();
        var response = await server.GetAsync(List + query);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(names, string.Join(',', (await response.ErrorsAsync()).Keys.Order()));
    }

    /// <summary>The engine last heard of one scene per status; the store says that each has its image.</summary>
    private static void PutWithEveryScene(ApiServer server, string taskId, TaskState state)
    {
        var statuses = Enum.GetValues<SceneStatus>();
        SceneProgress[] scenes = [.. statuses.Select((status, index) => new SceneProgress(index + 1, status))];
        var result = new SaveScenarioResult
        {
            ScenarioId = ScenarioIds.Scenario(taskId),
            SceneCount = scenes.Length,
            ImagesGenerated = 1,
            CreditsCharged = 2,
            Scenes = scenes,
        };
        server.Engine.Put(server.Put(taskId, state, scenes.Length) with
        {
            Progress = new() { Percent = 70, Scenes = scenes },
            Result = state == TaskState.Completed ? result : null,
            Error = state == TaskState.Failed ? new TaskError(TaskErrorCodes.GenerateSceneImageFailed, "down") : null,
        });
        server.Store.Scenes.AddRange(scenes.Select(scene => new SceneRow(
            ScenarioIds.Scene(taskId, scene.SceneNumber),
            ScenarioIds.Scenario(taskId),
            new Scene { SceneNumber = scene.SceneNumber },
            new() { Status = SceneStatus.Completed, ImageUrl = $"/{taskId}/{scene.SceneNumber}.png" })));
    }
}
