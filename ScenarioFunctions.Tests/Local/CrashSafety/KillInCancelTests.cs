using System.Net;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Chaos.Acts;
using ScenarioFunctions.Chaos.Audit;

namespace ScenarioFunctions.Tests.Local.CrashSafety;

/// <summary>
/// A real process makes one image of two, is told to cancel, and kills itself at one point of winding down.
/// </summary>
public sealed class KillInCancelTests
{
    private static readonly byte[] Body = Posts.Body("three", 3, "user_1", scene => scene == 3 ? "emulator:slow=600" : "");

    public static TheoryData<string> Before => Points(isAfter: false);

    public static TheoryData<string> After => Points(isAfter: true);

    [Theory]
    [MemberData(nameof(Before))]
    [MemberData(nameof(After))]
    public async Task The_next_start_winds_down_and_keeps_what_was_paid(string point)
    {
        using var folder = new HostFolder();
        await Victims.KillAsync(folder, Body, point, "cancel");

        await using (var server = await folder.StartAsync())
        {
            using var client = new TaskClient(server.Address);
            var taskId = await client.PostAsync(Body, Victims.Key);
            if (point == $"{Act.End}:before:1") // whoever cancelled got no answer, and asks again
            {
                Assert.Equal(HttpStatusCode.Accepted, await client.CancelAsync(taskId));
            }

            Assert.Equal("cancelled", (string?)(await client.WaitAsync(taskId))["status"]);
            await folder.UntilSettledAsync();
        }

        var data = await DataFolder.ReadAsync(folder.DataPath);
        Assert.Empty(Books.Faults(data, creditsPerImage: 2));
        Assert.Equal(["skipped", "completed", "cancelled"], data.Scenes.Select(scene => scene.Status));
        Assert.Single(data.Ledger, line => line.Action == "generate_image");
        Assert.Equal([false, true], data.Generations.Select(generation => generation.Deleted));
    }

    /// <summary>The fifth append is the cancelled image's.</summary>
    private static TheoryData<string> Points(bool isAfter) => Victims.Points(
        isAfter,
        (Act.End, 1, 1),
        (Act.Cancel, 1, 1),
        (Act.Discard, 1, 1),
        (Act.Change, 1, 1),
        (Act.Release, 1, 1),
        (Act.Append, 5, 5),
        (Act.Settle, 1, 1));
}
