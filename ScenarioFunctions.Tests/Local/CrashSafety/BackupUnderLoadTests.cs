using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Data.Sqlite;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Chaos.Audit;
using ScenarioFunctions.Chaos.Storm;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Local.Storage;
using ScenarioFunctions.Tests.Local.Cli;

namespace ScenarioFunctions.Tests.Local.CrashSafety;

/// <summary>A real server that takes tasks while it is backed up, and then is lost with its folder.</summary>
public sealed class BackupUnderLoadTests : IDisposable
{
    private const int Scenes = 4;
    private const int Backups = 3;

    private readonly HostFolder folder = new();
    private readonly Dictionary<string, string> settings;

    public BackupUnderLoadTests()
    {
        Directory.CreateDirectory(folder.DataPath);
        folder.Settings["EMULATOR_LATENCY_SECONDS"] = "600";
        folder.Settings["EMULATOR_CONCURRENCY"] = "1000";
        folder.Settings["MAX_PARALLEL_IMAGES"] = "5";
        folder.Settings["SCENARIO_DATA_DIR"] = folder.DataPath;
        settings = folder.Settings.ToDictionary(setting => setting.Key, setting => setting.Value!);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_backup_made_under_load_is_restored_after_a_disaster_and_no_image_in_it_is_bought_again()
    {
        using (var process = ServerProcess.Start(
            Path.Combine(AppContext.BaseDirectory, "ScenarioFunctions.Local.dll"), folder.DataPath, folder.File("log"), settings))
        {
            using var client = new TaskClient(await process.AddressAsync(Stop));
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            var posting = PostAsync(client, enough.Token);
            for (var number = 1; number <= Backups; number++)
            {
                var images = number * 3; // more are on disk each time
                await DataFolder.UntilAsync(
                    folder.DataPath, data => data.Images.Count(image => image.IsMade) >= images, Stop);
                await RunAsync(0, "backup", BackupPath(number));
            }

            Assert.Contains("is in use by the server at", await RunAsync(1, "restore", BackupPath(1), "--force"), StringComparison.Ordinal);
            await enough.CancelAsync();
            await posting;
            await process.KillAsync();
        }

        for (var number = 1; number <= Backups; number++)
        {
            Directory.Delete(folder.DataPath, recursive: true);
            await RunAsync(0, "restore", BackupPath(number));
            await AssertGoesOnAsync();
        }
    }

    /// <summary>One task after the other until there is enough, each with images that are soon done and one that is not.</summary>
    private static async Task PostAsync(TaskClient client, CancellationToken enough)
    {
        for (var number = 0; !enough.IsCancellationRequested; number++)
        {
            var taskId = await client.PostAsync(
                Posts.Body($"t{number}", Scenes, $"user_{number}", scene => scene == Scenes ? "" : "emulator:slow=0.1"), $"t{number}");
            await Patience.UntilAsync(
                async () => enough.IsCancellationRequested || HasImage(await client.FindAsync(taskId)),
                () => $"Task {taskId} makes no image.",
                Stop);
        }
    }

    private static bool HasImage(JsonObject? task) => task!["scenes"]!.AsArray().Any(scene => (string?)scene!["status"] == "completed");

    private async Task AssertGoesOnAsync()
    {
        var before = await DataFolder.ReadAsync(folder.DataPath);
        var images = LocalImageIndex.EntriesOf(Path.Combine(folder.DataPath, IImageStore.DefaultBucket)).ToDictionary();
        Assert.NotEmpty(images);
        Assert.Contains(before.Tasks, task => !task.IsSettled);
        Assert.All(before.Scenes.Where(scene => scene.ImageUrl is not null), scene => Assert.Contains(scene.Id, images));
        await EndAllGenerationsAsync();

        folder.Settings["EMULATOR_LATENCY_SECONDS"] = "0";
        await using (await folder.StartAsync(confirmRestore: true))
        {
            await folder.UntilSettledAsync();
        }

        var after = await DataFolder.ReadAsync(folder.DataPath);
        Assert.Empty(Books.Faults(after, creditsPerImage: 2));
        Assert.Equal(before.Tasks.Select(task => task.Id), after.Tasks.Select(task => task.Id));
        Assert.All(after.Tasks, task => Assert.Equal("completed", task.State));
        Assert.Equal(after.Tasks.Count * (Scenes - 1), after.Images.Count(image => image.IsMade));
        var made = after.Images.ToDictionary(image => image.SceneId);
        Assert.All(images, image => Assert.Equal(ImagePath.Url(image.Value), made[image.Key].ImageUrl));
    }

    /// <summary>RunwayML has gone on meanwhile.</summary>
    private async Task EndAllGenerationsAsync()
    {
        await using var emulator = new SqliteConnection($"Data Source={Path.Combine(folder.DataPath, DataDirectory.EmulatorName)};Pooling=False");
        await emulator.ExecuteAsync("UPDATE generations SET duration = 0");
    }

    private string BackupPath(int number) => folder.File($"backup-{number}.tar");

    /// <returns>What it said on standard error.</returns>
    private async Task<string> RunAsync(int exitCode, params string[] args)
    {
        await using var command = CliProcess.Start(Path.GetDirectoryName(folder.DataPath)!, settings, args);
        Assert.Equal((exitCode, args[0]), (await command.EndAsync(), command.Error.Length > 0 && exitCode == 0 ? command.Error : args[0]));
        return command.Error;
    }
}
