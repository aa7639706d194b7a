using ScenarioFunctions.Chaos;
using ScenarioFunctions.Tests.Local.CrashSafety;

namespace ScenarioFunctions.Tests.Local.Hosting;

/// <summary>The whole server with its emulator, which makes eight images at once, as RunwayML would: first come, first served.</summary>
public sealed class FairnessTests
{
    private const int Tasks = 3;
    private const int Images = 99;

    /// <summary>
    /// Ordered in the order of their posts, the second user's images would come after all 297 of the first. Counted in images, as
    /// the time depends on the machine: about 30 of them are made meanwhile.
    /// </summary>
    [Fact(Timeout = Patience.Milliseconds)]
    public async Task A_users_images_do_not_wait_for_the_hundreds_of_another_user()
    {
        using var folder = new HostFolder();
        folder.Settings["EMULATOR_LATENCY_SECONDS"] = "0.3";
        folder.Settings["EMULATOR_CONCURRENCY"] = "8";
        folder.Settings["MAX_PARALLEL_IMAGES"] = $"{Images}";
        folder.Settings["LOCAL_STARTING_CREDITS"] = "1000";
        await using var server = await folder.StartAsync();
        using var client = new TaskClient(server.Address);
        var first = new List<string>();
        for (var i = 0; i < Tasks; i++)
        {
            first.Add(await client.PostAsync(Posts.Body($"many {i}", Images + 1, "user_a"), $"many-{i}"));
        }

        await Patience.UntilAsync(
            async () => await CompletedAsync(client, first) > 0, () => "No image of the first user was made.",
            TestContext.Current.CancellationToken);
        var second = await client.WaitAsync(await client.PostAsync(Posts.Body("few", 5, "user_b"), "few"));

        Assert.Equal(4, (int?)second["result"]?["images_generated"]);
        Assert.InRange(await CompletedAsync(client, first), 1, Tasks * Images / 2);
    }

    private static async Task<int> CompletedAsync(TaskClient client, IEnumerable<string> tasks)
    {
        var completed = 0;
        foreach (var task in tasks)
        {
            completed += (await client.FindAsync(task))!["scenes"]!.AsArray().Count(scene => (string?)scene!["status"] == "completed");
        }

        return completed;
    }
}
