using Microsoft.Extensions.Configuration;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Local.Hosting;
using ScenarioFunctions.Tests.Infrastructure;
using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Local.Hosting;

/// <summary>Tasks of the embedded engine, planned, and followed by events.</summary>
public sealed class FollowTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly HttpClient http = new();

    [Fact]
    public async Task All_who_follow_a_task_are_told_of_each_image_and_of_its_end()
    {
        const int followers = 20;
        await using var server = await StartAsync();
        using var client = new TaskClient(server.Address);
        var id = await client.PostAsync(Chaos.Posts.Body("followed", 3, "user_1"), "key");

        var seen = await Task.WhenAll(Enumerable.Range(0, followers).Select(_ => FollowAsync(server, id)));

        Assert.All(seen, events =>
        {
            var last = events[^1];
            Assert.Equal(("ended", "completed"), (last.Type, (string?)last.Data["status"]));
            Assert.Equal(2, (int?)last.Data["result"]!["images_generated"]);
            Assert.All([2, 3], number => Assert.Equal("completed", (string?)events.Last(one =>
                one.Type == "scene" && (int?)one.Data["scene_number"] == number).Data["status"]));
        });
    }

    [Fact]
    public async Task A_dry_run_tells_the_price_that_is_charged()
    {
        await using var server = await StartAsync();
        using var client = new TaskClient(server.Address);
        var body = Chaos.Posts.Body("priced", 3, "user_1");
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } };
        using var answer = await http.PostAsync(new Uri(server.Address, "/scenario/save?dry_run=true"), content, TestContext.Current.CancellationToken);
        var plan = System.Text.Json.Nodes.JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

        var events = await FollowAsync(server, await client.PostAsync(body, "key"));

        var result = events[^1].Data["result"]!;
        Assert.Equal(
            ((int?)plan["images"], (int?)plan["credits_needed"], (int?)plan["image_service_credits"]),
            ((int?)result["images_generated"], (int?)result["credits_charged"], (int?)result["image_service_credits"]));
        Assert.Equal(100, (int?)plan["credits_available"]);
    }

    [Fact]
    public async Task A_stop_of_the_service_ends_the_streams()
    {
        var server = await StartAsync();
        using var client = new TaskClient(server.Address);
        var id = await client.PostAsync(Chaos.Posts.Body("slow", 2, "user_1", _ => "emulator:slow=600"), "key");
        await using var reader = await EventReader.OpenAsync(http, UrlOf(server, id));
        Assert.NotNull(await reader.NextAsync());

        var rest = reader.RestAsync();
        await server.DisposeAsync();

        Assert.DoesNotContain(await rest, one => one.Type == "ended");
    }

    public void Dispose()
    {
        http.Dispose();
        folder.Dispose();
    }

    private static Uri UrlOf(LocalServer server, string id) => new(server.Address, $"/scenario/save/tasks/{id}/events");

    private async Task<List<(string Type, System.Text.Json.Nodes.JsonObject Data)>> FollowAsync(LocalServer server, string id)
    {
        await using var reader = await EventReader.OpenAsync(http, UrlOf(server, id));
        return await reader.RestAsync();
    }

    private Task<LocalServer> StartAsync() => LocalServer.StartAsync(
        new ConfigurationBuilder().AddInMemoryCollection([new("SCENARIO_DATA_DIR", folder.File("data"))]).Build(),
        new LocalServerOptions("http://127.0.0.1:0", IsForCommand: false),
        TestContext.Current.CancellationToken);
}
