using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Chaos.Acts;
using ScenarioFunctions.Chaos.Audit;

namespace ScenarioFunctions.Tests.Local.CrashSafety;

public sealed class FailingDiskTests
{
    private const int Images = 2;
    private const int AtOnce = 6;

    private static readonly byte[] Body = Posts.Body("three", Images + 1, "user_1");

    private static readonly string[] Codes =
    [
        "save_scenario_failed", "save_scenes_failed", "check_credits_failed", "generate_scene_image_failed",
    ];

    [Theory]
    [InlineData(Failure.Passing)]
    [InlineData(Failure.AnswerLost)]
    public async Task A_disk_that_fails_once_at_any_use_costs_neither_an_image_nor_a_credit(Failure failure)
    {
        await ForEveryUseAsync(failure, (nth, act, status, code, data) =>
        {
            Assert.True(status == "completed", $"Use {nth}, {act}: {status} {code}");
            Assert.Empty(Books.Faults(data, creditsPerImage: 2));
            Assert.Equal(Images, data.Ledger.Count(line => line.Action == "generate_image"));
            Assert.Equal(Images, data.Generations.Count);
        });
    }

    [Fact]
    public async Task A_disk_that_refuses_for_good_at_any_use_ends_the_task_clearly_and_charges_nothing_twice()
    {
        await ForEveryUseAsync(Failure.Permanent, (nth, act, status, code, data) =>
        {
            Assert.True(status == "completed" || Codes.Contains(code), $"Use {nth}, {act}: {status} {code}");
            Assert.All(
                data.Ledger.Where(line => line.Action == "generate_image"),
                line => Assert.Contains(data.Scenes, scene => line.Reference == $"{scene.Id}:1"));
            Assert.Equal(data.Balances.Values.Sum(), data.Ledger.Sum(line => line.Amount));
            Assert.True(data.OpenHolds.Count == 0 || act == Act.Release, $"Use {nth}, {act}: a hold is left.");
        });
    }

    private static async Task ForEveryUseAsync(
        Failure failure, Action<int, string?, string?, string?, DataFolder> check)
    {
        var (last, _, _, _, _) = await RunAsync(int.MaxValue, failure);
        Assert.InRange(last, 10, 60);
        await Parallel.ForEachAsync(
            Enumerable.Range(1, last),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = TestContext.Current.CancellationToken },
            async (nth, _) =>
            {
                var (_, act, status, code, data) = await RunAsync(nth, failure);
                check(nth, act, status, code, data);
            });
    }

    private static async Task<(int Uses, string? Act, string? Status, string? Code, DataFolder Data)> RunAsync(
        int nth, Failure failure)
    {
        using var folder = new HostFolder();
        var acts = new FailingActs(nth, failure);
        string? status, code;
        await using (var server = await folder.StartAsync(services =>
        {
            services.AddSingleton<TimeProvider>(new HurriedTime());
            services.Observe(acts);
        }))
        {
            using var client = new TaskClient(server.Address);
            var taskId = await PostAsync(client);
            var task = await client.WaitAsync(taskId);
            (status, code) = ((string?)task["status"], (string?)task["error"]?["code"]);
        }

        return (acts.Uses, acts.Failed, status, code, await DataFolder.ReadAsync(folder.DataPath));
    }

    /// <summary>Once more when the disk failed for the first.</summary>
    private static async Task<string> PostAsync(TaskClient client)
    {
        using var first = await client.SendPostAsync(Body, "key");
        if (first.StatusCode == HttpStatusCode.Accepted)
        {
            var accepted = await first.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken);
            return (string)accepted!["task_id"]!;
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, first.StatusCode);
        return await client.PostAsync(Body, "key");
    }
}
