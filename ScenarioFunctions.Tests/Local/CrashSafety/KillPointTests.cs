using ScenarioFunctions.Chaos;
using ScenarioFunctions.Chaos.Acts;
using ScenarioFunctions.Chaos.Audit;
using ScenarioFunctions.Chaos.Kill;

namespace ScenarioFunctions.Tests.Local.CrashSafety;

/// <summary>
/// A real process saves 5 scenes and kills itself at one point of its way; another start comes to the same end.
/// </summary>
public abstract class KillPointTests
{
    private const int Images = 4;
    private const string Key = "the-key";

    private static readonly byte[] Body = Posts.Body("five", Images + 1, "user_1");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Every commit of the journal, and every other act: of an image's, at the first image and the last.</summary>
    protected static TheoryData<string> Points(bool isAfter)
    {
        (string Act, int Times)[] acts =
        [
            (Act.Insert, 1), (Act.SaveScenario, 1), (Act.SaveScenes, 1), (Act.Append, 3 + Images), (Act.End, 1),
            (Act.Submit, Images), (Act.Record, Images), (Act.Download, Images), (Act.Store, Images),
            (Act.Place, Images), (Act.Charge, Images), (Act.Mark, Images),
        ];
        return [.. acts.SelectMany(act => Enumerable.Range(1, act.Times)
            .Where(nth => act.Act == Act.Append || nth == 1 || nth == act.Times)
            .Select(nth => new KillPoint(act.Act, isAfter, nth).ToString()))];
    }

    protected static async Task A_killed_process_is_followed_by_one_that_comes_to_the_same_end(string point)
    {
        using var folder = new HostFolder();
        await KillAsync(folder, point);

        await using (var server = await folder.StartAsync())
        {
            using var client = new TaskClient(server.Address);
            var taskId = await client.PostAsync(Body, Key);
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

    private static async Task KillAsync(HostFolder folder, string point)
    {
        await File.WriteAllBytesAsync(folder.File("body.json"), Body, Stop);
        var environment = new Dictionary<string, string?>(folder.Settings)
        {
            ["SCENARIO_DATA_DIR"] = folder.DataPath,
            [KillPoint.Variable] = point,
            ["DOTNET_TieredPGO"] = "0",
        };
        using var victim = ChaosProcess.Start("ScenarioFunctions.Chaos.dll", environment, "victim", folder.File("body.json"), Key);
        var (exitCode, error) = await victim.EndAsync(Stop);
        Assert.True(exitCode == ChaosProcess.Killed, $"The victim ended with {exitCode}. {error}");
    }

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
