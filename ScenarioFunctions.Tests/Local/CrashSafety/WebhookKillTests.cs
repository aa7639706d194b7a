using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Chaos.Acts;
using ScenarioFunctions.Chaos.Storm;
using ScenarioFunctions.Tests.Infrastructure;
using StandardWebhooks;

namespace ScenarioFunctions.Tests.Local.CrashSafety;

/// <summary>Real processes are killed around the end of a task; its webhook arrives all the same, and the official verifier takes it.</summary>
public sealed class WebhookKillTests
{
    private const string Secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Around => [.. Points(isAfter: false), .. Points(isAfter: true)];

    [Theory]
    [MemberData(nameof(Around))]
    public Task Whenever_the_process_is_killed_the_end_is_reported(string point) =>
        AssertReportedAsync("task.completed", receiver => BodyFor(receiver, 2), point);

    [Fact]
    public Task A_cancelled_end_whose_process_is_killed_right_after_it_is_reported() => AssertReportedAsync(
        "task.cancelled",
        receiver => BodyFor(receiver, 3, scene => scene == 3 ? "emulator:slow=600" : ""),
        $"{Act.End}:after:1",
        "cancel");

    [Fact]
    public async Task A_process_that_is_killed_while_the_receiver_works_sends_it_again_with_the_same_id()
    {
        await using var receiver = await ScriptedServer.StartAsync();
        receiver.Otherwise = Reply.Status(204);
        receiver.Then(Reply.Silence());
        using var folder = NewFolder();
        Directory.CreateDirectory(folder.DataPath);
        string taskId;
        using (var process = ServerProcess.Start(
            Path.Combine(AppContext.BaseDirectory, "ScenarioFunctions.Local.dll"), folder.DataPath, folder.File("log"),
            folder.Settings.ToDictionary(setting => setting.Key, setting => setting.Value!)))
        {
            using var client = new TaskClient(await process.AddressAsync(Stop));
            taskId = await client.PostAsync(BodyFor(receiver, 2), "key");
            await receiver.RequestArrivedAsync();
            await process.KillAsync();
        }

        await using (var server = await folder.StartAsync())
        {
            using var client = new TaskClient(server.Address);
            await AssertDeliveredAsync(client, taskId, receiver, "task.completed");
        }

        Assert.InRange(receiver.Requests.Count, 2, 3);
        Assert.DoesNotContain("abc", await File.ReadAllTextAsync(folder.File("log"), Stop)); // the callback's query
    }

    private static HostFolder NewFolder() => new()
    {
        Settings = { ["WEBHOOK_SECRET"] = Secret, ["ALLOW_PRIVATE_CALLBACKS"] = "true" },
    };

    private static byte[] BodyFor(ScriptedServer receiver, int scenes, Func<int, string>? words = null)
    {
        var body = JsonNode.Parse(Posts.Body("told", scenes, "user_1", words))!.AsObject();
        body["callback_url"] = $"{receiver.Url}hook?key=abc";
        return System.Text.Encoding.UTF8.GetBytes(body.ToJsonString());
    }

    /// <summary>Kills the process of a task at a point; the next one has to report the task's end.</summary>
    private static async Task AssertReportedAsync(string type, Func<ScriptedServer, byte[]> bodyFor, string point, params string[] more)
    {
        await using var receiver = await ScriptedServer.StartAsync();
        receiver.Otherwise = Reply.Status(204);
        using var folder = NewFolder();
        var body = bodyFor(receiver);
        await Victims.KillAsync(folder, body, point, more);

        await using var server = await folder.StartAsync();
        using var client = new TaskClient(server.Address);
        await AssertDeliveredAsync(client, await client.PostAsync(body, Victims.Key), receiver, type);
    }

    private static async Task AssertDeliveredAsync(TaskClient client, string taskId, ScriptedServer receiver, string type)
    {
        JsonObject? task = null;
        await Patience.UntilAsync(
            async () => (string?)(task = await client.FindAsync(taskId))?["webhook"]?["status"] == "delivered",
            () => $"{task?["webhook"]}",
            Stop);
        Assert.NotEmpty(receiver.Requests);
        Assert.Single(receiver.Requests.Select(request => request.Headers["webhook-id"]).Distinct());
        Assert.All(receiver.Requests, request =>
        {
            new StandardWebhook(Secret).Verify(request.Body, new HeaderDictionary(
                request.Headers.ToDictionary(header => header.Key, header => new Microsoft.Extensions.Primitives.StringValues(header.Value))));
            var sent = JsonNode.Parse(request.Body)!;
            Assert.Equal((type, taskId), ((string?)sent["type"], (string?)sent["task_id"]));
        });
    }

    private static TheoryData<string> Points(bool isAfter) => Victims.Points(
        isAfter, (Act.Insert, 1, 1), (Act.Append, 3, 3), (Act.Release, 1, 1), (Act.End, 1, 1));
}
