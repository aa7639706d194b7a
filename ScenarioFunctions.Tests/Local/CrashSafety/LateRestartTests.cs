using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Chaos.Audit;

namespace ScenarioFunctions.Tests.Local.CrashSafety;

/// <summary>A process is killed, and the next start comes so late that RunwayML has forgotten its generations.</summary>
public sealed class LateRestartTests
{
    private const int Scenes = 4;

    private static readonly byte[] Body = Posts.Body("late", Scenes, "user_1");

    [Theory]
    [InlineData("submit:before:2", 3, null)]
    [InlineData("record:after:2", 2, "generation_failed")]
    [InlineData("store:after:2", 2, "generation_failed")]
    [InlineData("place:after:2", 3, null)]
    [InlineData("charge:after:2", 3, null)]
    public async Task A_task_ends_without_what_is_gone_and_nothing_is_ordered_or_charged_twice(
        string point, int images, string? reason)
    {
        using var folder = new HostFolder();
        await Victims.KillAsync(folder, Body, point);
        var orders = (await DataFolder.ReadAsync(folder.DataPath)).Generations;

        var months = new HurriedTime(() => TimeSpan.FromDays(90));
        await using (var server = await folder.StartAsync(services => services.AddSingleton<TimeProvider>(months)))
        {
            using var client = new TaskClient(server.Address);
            var task = await client.WaitAsync(await client.PostAsync(Body, Victims.Key));

            Assert.Equal("completed", (string?)task["status"]);
            Assert.Equal(images, (int)task["result"]!["images_generated"]!);
            Assert.Equal(images * 2, (int)task["result"]!["credits_charged"]!);
            Assert.Equal(reason, (string?)task["scenes"]![2]!["reason"]);
        }

        var data = await DataFolder.ReadAsync(folder.DataPath);
        Assert.Empty(Books.Faults(data, creditsPerImage: 2));
        Assert.Equal(Scenes - 1 - orders.Count, data.Generations.Except(orders).Count());
    }
}
