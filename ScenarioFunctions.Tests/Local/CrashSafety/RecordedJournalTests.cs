using Dapper;
using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Chaos.Audit;
using ScenarioFunctions.Chaos.Kill;
using ScenarioFunctions.Local.Storage;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Local.CrashSafety;

/// <summary>
/// Databases as released versions left them (<c>eng/record-journal.sh</c>), with tasks at every point. The hosts'
/// clock goes on from the day of the recording, whatever the day is.
/// </summary>
public sealed class RecordedJournalTests
{
    private static string Journals => Path.Combine(Repository.Root, "ScenarioFunctions.Tests/Local/Engine/Journals");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Each gone on with a minute later, and when RunwayML has long forgotten what it made.</summary>
    public static MatrixTheoryData<string, int> VersionsAndDays => new(
        Directory.GetDirectories(Journals).Select(path => Path.GetFileName(path)), [0, 400]);

    [Theory]
    [MemberData(nameof(VersionsAndDays))]
    public async Task A_journal_of_a_released_version_is_gone_on_with_to_the_end(string version, int daysLater)
    {
        using var folder = Copy(version);
        var before = await DataFolder.ReadAsync(folder.DataPath);
        Assert.All(before.Tasks, task => Assert.Equal("open", task.State));

        await RunAsync(folder, before, "completed", daysLater: daysLater);

        var after = await DataFolder.ReadAsync(folder.DataPath);
        var images = before.Tasks.Count * (Recording.Scenes - 1);
        Assert.Equal(images, after.Scenes.Count(scene => scene.Status == "completed"));
        Assert.Equal(images, after.Ledger.Count(line => line.Action == "generate_image"));

        // Version 0.1.0 did not hold. A task that had come to its third step by then charges as it did.
        Assert.Equal(
            version == "0.1.0" ? (before.Tasks.Count - 3) * (Recording.Scenes - 1) : 0,
            after.Ledger.Count(line => line.Action == "generate_image" && !line.Reference.EndsWith(":1", StringComparison.Ordinal)));
        Assert.Equal(images - before.Generations.Count, after.Generations.Except(before.Generations).Count());
    }

    [Fact]
    public async Task A_journal_that_does_not_fit_fails_its_task_and_touches_nothing()
    {
        using var folder = Copy("0.1.0");
        await using (var database = LocalDatabase.Open(Path.Combine(folder.DataPath, "scenario.db")))
        {
            await database.WriteAsync(
                connection => connection.Execute("UPDATE journal SET step = 'SaveEverything' WHERE ordinal = 0"), Stop);
            await database.WriteAsync(connection => connection.Execute("UPDATE tasks SET settled = 1 WHERE seq = 1"), Stop);
        }

        var before = await DataFolder.ReadAsync(folder.DataPath);
        await RunAsync(folder, before, "failed", "journal_mismatch", first: 2);

        var after = await DataFolder.ReadAsync(folder.DataPath);
        Assert.Equal(before.Scenes, after.Scenes);
        Assert.Equal(before.Ledger, after.Ledger);
        Assert.Equal(before.Generations, after.Generations);
    }

    [Fact]
    public async Task An_input_that_cannot_be_read_fails_its_task_and_touches_nothing()
    {
        using var folder = Copy("0.1.0");
        await using (var database = LocalDatabase.Open(Path.Combine(folder.DataPath, "scenario.db")))
        {
            await database.WriteAsync(connection => connection.Execute("UPDATE task_inputs SET input = 'no JSON'"), Stop);
        }

        var before = await DataFolder.ReadAsync(folder.DataPath);
        await RunAsync(folder, before, "failed", "journal_mismatch");
        Assert.Equal(before.Scenes, (await DataFolder.ReadAsync(folder.DataPath)).Scenes);
    }

    private static HostFolder Copy(string version)
    {
        var folder = new HostFolder();
        Directory.CreateDirectory(Path.Combine(folder.DataPath, "generated-content"));
        foreach (var file in Directory.GetFiles(Path.Combine(Journals, version), "*.db"))
        {
            File.Copy(file, Path.Combine(folder.DataPath, Path.GetFileName(file)));
        }

        return folder;
    }

    private static async Task RunAsync(
        HostFolder folder, DataFolder recorded, string status, string? code = null, int first = 1, int daysLater = 0)
    {
        var recordedAt = recorded.Generations.Max(generation => generation.CreatedAt);
        var later = recordedAt.AddMinutes(1).AddDays(daysLater) - TimeProvider.System.GetUtcNow();
        await using var server = await folder.StartAsync(
            services => services.AddSingleton<TimeProvider>(new HurriedTime(() => later)));
        using var client = new TaskClient(server.Address);
        foreach (var recordedTask in recorded.Tasks.Skip(first - 1))
        {
            var task = await client.WaitAsync(recordedTask.Id);
            Assert.Equal(status, (string?)task["status"]);
            Assert.Equal(code, (string?)task["error"]?["code"]);
        }
    }
}
