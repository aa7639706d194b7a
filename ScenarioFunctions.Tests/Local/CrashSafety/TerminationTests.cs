using ScenarioFunctions.Chaos;
using ScenarioFunctions.Chaos.Audit;
using ScenarioFunctions.Chaos.Storm;

namespace ScenarioFunctions.Tests.Local.CrashSafety;

public sealed class TerminationTests
{
    private const int Tasks = 12;

    [Fact]
    public async Task A_server_that_is_asked_to_stop_under_load_is_soon_gone_and_the_next_goes_on_with_everything()
    {
        using var folder = new HostFolder();
        Directory.CreateDirectory(folder.DataPath);
        var settings = folder.Settings.ToDictionary(setting => setting.Key, setting => setting.Value!);
        settings["EMULATOR_LATENCY_SECONDS"] = "0.2";
        settings["MAX_PARALLEL_IMAGES"] = "5";
        using var process = ServerProcess.Start(
            Path.Combine(AppContext.BaseDirectory, "ScenarioFunctions.Local.dll"), folder.DataPath, folder.File("log"), settings);
        List<string> taskIds;
        using (var client = new TaskClient(await process.AddressAsync(TestContext.Current.CancellationToken)))
        {
            taskIds = [.. await Task.WhenAll(Enumerable.Range(0, Tasks).Select(number =>
                client.PostAsync(Posts.Body($"t{number}", 5, $"user_{number}"), $"t{number}")))];
        }

        var (took, exitCode) = await process.TerminateAsync();
        Assert.Equal(0, exitCode);
        Assert.InRange(took, TimeSpan.Zero, process.MaxTermination);

        await using (var server = await folder.StartAsync())
        {
            using var client = new TaskClient(server.Address);
            foreach (var taskId in taskIds)
            {
                var task = await client.WaitAsync(taskId);
                Assert.Equal("completed", (string?)task["status"]);
                Assert.Equal(4, (int)task["result"]!["images_generated"]!);
            }
        }

        var data = await DataFolder.ReadAsync(folder.DataPath);
        Assert.Empty(Books.Faults(data, creditsPerImage: 2));
        Assert.Equal(Tasks * 4, data.Generations.Count);
    }
}
