using ScenarioFunctions.Chaos;
using ScenarioFunctions.Chaos.Storm;
using ScenarioFunctions.Tests.Local.CrashSafety;

namespace ScenarioFunctions.Tests.Local.Hosting;

public sealed class LargeImagesTests
{
    private const int Images = 60;
    private const int ImageBytes = 24 * 1024 * 1024;

    /// <summary>Held in memory, eight of them would fill the heap.</summary>
    [Fact(Timeout = Patience.Milliseconds)]
    public async Task Sixty_images_of_24_MiB_at_once_pass_through_a_heap_of_192_MiB()
    {
        await using var runway = await LargeImagesRunway.StartAsync(ImageBytes);
        using var folder = new HostFolder();
        Directory.CreateDirectory(folder.DataPath);
        var settings = runway.Settings.ToDictionary(setting => setting.Name, setting => setting.Value);
        settings["LOCAL_STARTING_CREDITS"] = "1000";
        settings["MAX_PARALLEL_IMAGES"] = $"{Images}";
        settings["DOTNET_GCHeapHardLimit"] = $"{192 * 1024 * 1024:X}";
        using var process = ServerProcess.Start(
            Path.Combine(AppContext.BaseDirectory, "ScenarioFunctions.Local.dll"), folder.DataPath, folder.File("log"), settings);
        using var client = new TaskClient(await process.AddressAsync(TestContext.Current.CancellationToken));

        var task = await client.WaitAsync(await client.PostAsync(Posts.Body("large", Images + 1, "user_1"), "large"));

        Assert.True(
            (int?)task["result"]?["images_generated"] == Images,
            $"{task["scenes"]?[1]?.ToJsonString()} {File.ReadAllText(folder.File("log"))}");
        var files = Directory.GetFiles(Path.Combine(folder.DataPath, "generated-content", "scenes"));
        Assert.Equal(Images, files.Length);
        Assert.All(files, file => Assert.Equal(ImageBytes, new FileInfo(file).Length));
    }
}
