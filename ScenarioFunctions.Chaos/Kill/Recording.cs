using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Local.Engine;
using ScenarioFunctions.Local.Hosting;

namespace ScenarioFunctions.Chaos.Kill;

/// <summary>Makes a database with unfinished tasks at every stage, which the tests keep.</summary>
internal static class Recording
{
    public const int Scenes = 5;

    /// <summary>One task for each number of finished steps, from none to all eight.</summary>
    public const int Tasks = Scenes + 4;

    /// <summary>Fills a new data folder and kills this process. Then <see cref="FoldAsync"/> makes one file of each database.</summary>
    public static async Task MakeAsync(string dataPath)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["SCENARIO_DATA_DIR"] = dataPath,
            ["EMULATOR_LATENCY_SECONDS"] = "0",
            ["MAX_PARALLEL_IMAGES"] = "1",
        }).Build();
        HeldJournal? journal = null;
        var options = LocalServerOptions.ForCommand() with
        {
            Replace = services => services.AddSingleton<TaskStore>(
                provider => journal = ActivatorUtilities.CreateInstance<HeldJournal>(provider)),
        };
        var server = await LocalServer.StartAsync(configuration, options, CancellationToken.None);
        using var client = new TaskClient(server.Address);
        for (var number = 1; number <= Tasks; number++)
        {
            await client.PostAsync(Posts.Body($"recorded-{number}", Scenes, "user_1"), $"recorded-{number}");
        }

        await Patience.UntilAsync(
            () => Task.FromResult(journal!.Held == Tasks), () => $"{journal!.Held} tasks are held.", CancellationToken.None);

        using var self = Process.GetCurrentProcess();
        self.Kill();
    }

    /// <summary>Moves the write-ahead log that the kill has left into the file of each database.</summary>
    public static async Task FoldAsync(string dataPath)
    {
        foreach (var path in Directory.GetFiles(dataPath, "*.db"))
        {
            await using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            await command.ExecuteNonQueryAsync();
        }
    }
}
