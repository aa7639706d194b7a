using ScenarioFunctions.Chaos;
using ScenarioFunctions.Chaos.Acts;
using ScenarioFunctions.Chaos.Audit;

namespace ScenarioFunctions.Tests.Local.CrashSafety;

/// <summary>
/// A real process makes the second image of a saved scenario again, and kills itself at one point of its way; another start comes
/// to the same end. <see cref="Engines.RedoCrashScenarios"/> has every point, in memory.
/// </summary>
public sealed class KillInRedoTests
{
    private static readonly byte[] Body = Posts.Body("saved", 2, "user_1");
    private static readonly byte[] Redo = Posts.Redo("anew", 2);

    public static TheoryData<string> Before => Points(isAfter: false);

    public static TheoryData<string> After => Points(isAfter: true);

    [Theory]
    [MemberData(nameof(Before))]
    [MemberData(nameof(After))]
    public async Task The_next_start_makes_the_image_once_and_keeps_the_old_one(string point)
    {
        using var folder = new HostFolder();
        var scenarioId = await SaveAsync(folder);
        await Victims.KillAsync(folder, Redo, point, "redo", scenarioId);

        await using (var server = await folder.StartAsync())
        {
            using var client = new TaskClient(server.Address);
            var taskId = await client.RedoAsync(scenarioId, Redo, Victims.Key);
            var task = await client.WaitAsync(taskId!);
            Assert.Equal("completed 1", $"{task["status"]} {task["result"]!["images_generated"]}");
        }

        var data = await DataFolder.ReadAsync(folder.DataPath);
        Assert.Empty(Books.Faults(data, creditsPerImage: 2));
        Assert.Equal(2, data.Tasks.Count);
        Assert.Equal([(1, false), (2, true)], data.Images.Select(image => (image.Version, image.IsAnew)));
        Assert.Equal(data.Images[1].ImageUrl, data.Scenes[1].ImageUrl);
        Assert.Equal(2, data.Ledger.Count(line => line.Action == "generate_image"));
        Assert.Equal(point == $"{Act.Submit}:after:1" ? 3 : 2, data.Generations.Count); // an answer that nobody recorded
    }

    private static TheoryData<string> Points(bool isAfter) => Victims.Points(
        isAfter, (Act.BeginImages, 1, 1), (Act.Hold, 1, 1), (Act.Submit, 1, 1), (Act.Charge, 1, 1), (Act.Mark, 1, 1));

    private static async Task<string> SaveAsync(HostFolder folder)
    {
        await using var server = await folder.StartAsync();
        using var client = new TaskClient(server.Address);
        var task = await client.WaitAsync(await client.PostAsync(Body, "save"));
        return (string)task["scenario_id"]!;
    }
}
