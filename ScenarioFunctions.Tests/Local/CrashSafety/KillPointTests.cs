using ScenarioFunctions.Chaos;
using ScenarioFunctions.Chaos.Acts;
using ScenarioFunctions.Chaos.Audit;

namespace ScenarioFunctions.Tests.Local.CrashSafety;

/// <summary>
/// A real process saves 5 scenes and kills itself at one point of its way; another start comes to the same end.
/// </summary>
public abstract class KillPointTests
{
    private const int Images = 4;

    private static readonly byte[] Body = Posts.Body("five", Images + 1, "user_1");

    /// <summary>Every commit of the journal, and every other act.</summary>
    protected static TheoryData<string> Points(bool isAfter) => Victims.Points(
        isAfter,
        (Act.Insert, 1, 1),
        (Act.SaveScenario, 1, 1),
        (Act.SaveScenes, 1, 1),
        (Act.Hold, 1, 1),
        (Act.Append, 1, 4 + Images),
        (Act.Submit, 1, Images),
        (Act.Record, 1, Images),
        (Act.Download, 1, Images),
        (Act.Store, 1, Images),
        (Act.Place, 1, Images),
        (Act.Charge, 1, Images),
        (Act.Mark, 1, Images),
        (Act.Release, 1, 1),
        (Act.End, 1, 1));

    protected static async Task A_killed_process_is_followed_by_one_that_comes_to_the_same_end(string point)
    {
        using var folder = new HostFolder();
        await Victims.KillAsync(folder, Body, point);

        await using (var server = await folder.StartAsync())
        {
            using var client = new TaskClient(server.Address);
            var taskId = await client.PostAsync(Body, Victims.Key);
            var task = await client.WaitAsync(taskId);

            Assert.Equal("completed", (string?)task["status"]);
            Assert.Equal(100, (int)task["progress"]!);
            Assert.Equal(Images, (int)task["result"]!["images_generated"]!);
            Assert.Equal(Images * 2, (int)task["result"]!["credits_charged"]!);
            Assert.Equal(
                ["skipped", .. Enumerable.Repeat("completed", Images)],
                task["scenes"]!.AsArray().Select(scene => (string?)scene!["status"]));
        }

        await AssertBooksAsync(folder, LosesAnAnswer(point));
    }

    /// <summary>RunwayML has answered, and its answer is not on record: the one gap that no order of acts can close.</summary>
    private static bool LosesAnAnswer(string point) =>
        point.StartsWith($"{Act.Submit}:after", StringComparison.Ordinal)
        || point.StartsWith($"{Act.Record}:before", StringComparison.Ordinal);

    private static async Task AssertBooksAsync(HostFolder folder, bool oneMore)
    {
        var data = await DataFolder.ReadAsync(folder.DataPath);
        Assert.Empty(Books.Faults(data, creditsPerImage: 2));
        Assert.Single(data.Tasks);
        Assert.Equal(Images + 1, data.Scenes.Count);
        Assert.Equal(Images, data.Ledger.Count(line => line.Action == "generate_image"));
        Assert.Equal(Images + (oneMore ? 1 : 0), data.Generations.Count);
    }
}
