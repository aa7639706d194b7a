using ScenarioFunctions.Chaos;
using ScenarioFunctions.Chaos.Audit;

namespace ScenarioFunctions.Tests.Local.CrashSafety;

/// <summary>Many tasks of one user who has credits for a few.</summary>
public sealed class LowBalanceTests
{
    private static readonly byte[] Body = Posts.Body("three", 3, "user_1");

    [Fact]
    public async Task Fifty_tasks_of_two_images_at_once_on_credits_for_ten_buy_and_charge_ten()
    {
        using var folder = new HostFolder();
        folder.Settings["LOCAL_STARTING_CREDITS"] = "20";
        folder.Settings["MAX_PARALLEL_IMAGES"] = "2";
        await using (var server = await folder.StartAsync())
        {
            using var client = new TaskClient(server.Address);
            var ids = await Task.WhenAll(Enumerable.Range(1, 50).Select(number => client.PostAsync(Body, $"key-{number}")));
            foreach (var id in ids)
            {
                Assert.Equal("completed", (string?)(await client.WaitAsync(id))["status"]);
            }
        }

        var data = await DataFolder.ReadAsync(folder.DataPath);
        Assert.Empty(Books.Faults(data, creditsPerImage: 2));
        Assert.Equal(10, data.Generations.Count);
        Assert.Equal(10, data.Ledger.Count(line => line.Action == "generate_image"));
        Assert.Equal((50, 10, 90), (data.Tasks.Count, CountOf(data, "completed"), CountOf(data, "skipped") - 50));
    }

    private static int CountOf(DataFolder data, string status) => data.Scenes.Count(scene => scene.Status == status);
}
