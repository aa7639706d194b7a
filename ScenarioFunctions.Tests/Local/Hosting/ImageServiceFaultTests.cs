using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Local.Hosting;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Local.Hosting;

/// <summary>A server that was given a wrong address of RunwayML, or a wrong secret.</summary>
public sealed class ImageServiceFaultTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData(404, "check RUNWAYML_BASE_URL")]
    [InlineData(405, "check RUNWAYML_BASE_URL")]
    [InlineData(401, "check RUNWAYML_API_SECRET")]
    [InlineData(403, "check RUNWAYML_API_SECRET")]
    public async Task Every_scene_is_asked_for_once_and_says_what_to_check(int status, string advice)
    {
        await using var other = await ScriptedServer.StartAsync();
        other.Otherwise = Reply.Status(status);
        await using var server = await StartAsync(other.Url);
        using var client = new TaskClient(server.Address);

        var task = await client.WaitAsync(await client.PostAsync(Posts.Body("wrong", 3, "user_1"), "key"));

        Assert.Equal("completed", (string?)task["status"]);
        Assert.All(task["scenes"]!.AsArray().Skip(1), scene =>
        {
            Assert.Equal("image_service_unavailable", (string?)scene!["reason"]);
            Assert.Equal($"RunwayML answered POST with HTTP {status}: {advice}.", (string?)scene["note"]);
        });
        Assert.Equal(2, other.Requests.Count(request => request.Method == "POST"));
    }

    [Fact]
    public async Task An_empty_account_ends_the_scenes_that_are_left_and_is_told_in_the_health()
    {
        await using var server = await StartAsync(new Dictionary<string, string?>
        {
            ["EMULATOR_LATENCY_SECONDS"] = "0",
            ["MAX_PARALLEL_IMAGES"] = "1",
            ["RUNWAYML_POLL_SECONDS"] = "0.05",
        });
        using var client = new TaskClient(server.Address);
        using var http = new HttpClient { BaseAddress = server.Address };
        using var set = await http.PutAsJsonAsync(
            "emulators/runwayml/account", new { creditBalance = 20 }, TestContext.Current.CancellationToken);
        set.EnsureSuccessStatusCode();

        var task = await client.WaitAsync(await client.PostAsync(Posts.Body("empty", 8, "user_1"), "key"));

        Assert.Equal("completed", (string?)task["status"]);
        var scenes = task["scenes"]!.AsArray().Skip(1).Select(scene => scene!).ToList();
        Assert.InRange(scenes.Count(scene => (string?)scene["status"] == "completed"), 2, 4); // 5 to 8 credits each
        Assert.All(scenes.SkipWhile(scene => (string?)scene["status"] == "completed"), scene => Assert.Equal(
            ("skipped", "image_service_unavailable", "The RunwayML account has too few credits for an image, so no more images were ordered."),
            ((string?)scene["status"], (string?)scene["reason"], (string?)scene["note"])));
        var health = await http.GetFromJsonAsync<JsonObject>("health", TestContext.Current.CancellationToken);
        Assert.Equal("degraded", (string?)health!["checks"]!["runwayml"]!["status"]);
    }

    [Theory]
    [InlineData(404, "check RUNWAYML_BASE_URL")]
    [InlineData(401, "check RUNWAYML_API_SECRET")]
    public async Task The_health_says_what_to_check(int status, string advice)
    {
        await using var other = await ScriptedServer.StartAsync();
        other.Otherwise = Reply.Status(status);
        await using var server = await StartAsync(other.Url);
        using var http = new HttpClient { BaseAddress = server.Address };

        var health = await http.GetFromJsonAsync<JsonObject>("health", TestContext.Current.CancellationToken);

        var check = health!["checks"]!["runwayml"]!;
        Assert.Equal("degraded", (string?)check["status"]);
        Assert.Contains(advice, (string?)check["message"], StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private Task<LocalServer> StartAsync(Uri runway) => StartAsync(new Dictionary<string, string?>
    {
        ["RUNWAYML_BASE_URL"] = runway.ToString(),
        ["RUNWAYML_API_SECRET"] = "key",
        ["LOCAL_STARTING_CREDITS"] = "100",
    });

    private Task<LocalServer> StartAsync(Dictionary<string, string?> settings)
    {
        settings["SCENARIO_DATA_DIR"] = folder.File("data");
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        return LocalServer.StartAsync(configuration, LocalServerOptions.ForCommand(), TestContext.Current.CancellationToken);
    }
}
