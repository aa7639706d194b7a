using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Chaos.Audit;

namespace ScenarioFunctions.Tests.Local.CrashSafety;

public sealed class JumpingClockTests
{
    [Theory]
    [InlineData(5)]
    [InlineData(-5)]
    public async Task A_clock_that_jumps_by_hours_each_time_it_is_read_changes_nothing_but_times(int hours)
    {
        var reads = 0;
        var time = new HurriedTime(() => TimeSpan.FromHours(hours * (Interlocked.Increment(ref reads) % 7)));
        using var folder = new HostFolder();
        await using (var server = await folder.StartAsync(services => services.AddSingleton<TimeProvider>(time)))
        {
            using var client = new TaskClient(server.Address);
            var task = await client.WaitAsync(await client.PostAsync(Posts.Body("jumps", 4, "user_1"), "key"));
            Assert.Equal("completed", (string?)task["status"]);
        }

        var data = await DataFolder.ReadAsync(folder.DataPath);
        Assert.Empty(Books.Faults(data, creditsPerImage: 2));
        Assert.Equal(3, data.Ledger.Count(line => line.Action == "generate_image"));
        Assert.Equal(3, data.Generations.Count);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-2)]
    public async Task Tasks_complete_after_the_clock_was_set_by_hours(int hours)
    {
        var isSet = false;
        var time = new HurriedTime(() => isSet ? TimeSpan.FromHours(hours) : TimeSpan.Zero);
        using var folder = new HostFolder();
        folder.Settings["EMULATOR_LATENCY_SECONDS"] = "0.1";
        await using var server = await folder.StartAsync(services => services.AddSingleton<TimeProvider>(time));
        using var client = new TaskClient(server.Address);
        await client.WaitAsync(await client.PostAsync(Posts.Body("before", 2, "user_1"), "before"));

        isSet = true;

        var task = await client.WaitAsync(await client.PostAsync(Posts.Body("after", 4, "user_1"), "after"));
        Assert.Equal(3, (int)task["result"]!["images_generated"]!);
    }
}
