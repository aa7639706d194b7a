using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Chaos.Audit;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Local.Engine;
using ScenarioFunctions.Tests.Engines.Scenarios;
using ScenarioFunctions.Tests.Local.CrashSafety;

namespace ScenarioFunctions.Tests.Local.Engine;

/// <summary><c>RETENTION_DAYS</c> on the embedded host.</summary>
public sealed class RetentionTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, 31, false)]
    [InlineData(null, 29, true)]
    [InlineData("90", 89, true)]
    [InlineData("1", 2, false)]
    public async Task A_server_removes_tasks_that_ended_longer_ago_and_leaves_what_they_saved(string? setting, int days, bool stays)
    {
        using var folder = new HostFolder();
        folder.Settings["RETENTION_DAYS"] = "0";
        await SaveAsync(folder, "old", TimeSpan.FromDays(-1000));
        var taskId = await SaveAsync(folder, "new", TimeSpan.Zero);
        var before = await DataFolder.ReadAsync(folder.DataPath);

        folder.Settings["RETENTION_DAYS"] = setting;
        var later = new HurriedTime(() => TimeSpan.FromDays(days));
        await using (await folder.StartAsync(services => services.AddSingleton<TimeProvider>(later)))
        {
            await folder.UntilAsync(data => data.Tasks.Count == (stays ? 1 : 0));
        }

        var after = await DataFolder.ReadAsync(folder.DataPath);
        Assert.Equal(2, before.Tasks.Count);
        Assert.Equal(stays ? [taskId] : [], after.Tasks.Select(task => task.Id));
        Assert.Equal(before.Scenes, after.Scenes);
        Assert.Equal((2, 4), (after.Scenarios.Count, after.ImageUrls.Count));
        Assert.Equal(before.Ledger, after.Ledger);
        await using var database = new SqliteConnection($"Data Source={after.DatabasePath};Pooling=False");
        Assert.Equal(0, database.ExecuteScalar<int>("SELECT (SELECT count(*) FROM journal) + (SELECT count(*) FROM task_inputs)"));
    }

    /// <summary>SQLite gives the numbers of removed rows out again, and the engine tells old tasks by their numbers.</summary>
    [Fact]
    public async Task A_task_that_waits_after_all_others_were_removed_is_pending()
    {
        var host = new EmbeddedEngineHost(database => new TaskStore(database), maxRunningTasks: 1);
        await host.InitializeAsync();
        await host.Engine.StartAsync("before", EngineHost.Input(2), Stop);
        var ended = await host.RunAsync(2);
        await host.RestartAsync();
        var forgotten = 0;
        await Patience.UntilAsync(
            async () => (forgotten += await host.Engine.ForgetAsync(ended.UpdatedAt.AddYears(1), Stop)) == 2,
            () => $"{forgotten} are forgotten.",
            Stop);

        host.Backend.Before = act => act == "hold" ? new TaskCompletionSource().Task : Task.CompletedTask;
        await host.Engine.StartAsync("first", EngineHost.Input(2), Stop);
        await host.Engine.StartAsync("waits", EngineHost.Input(2), Stop);

        Assert.Equal(TaskState.Pending, (await host.Engine.FindAsync("waits", Stop))!.State);
        await host.DisposeAsync();
    }

    private static async Task<string> SaveAsync(HostFolder folder, string shortId, TimeSpan when)
    {
        await using var server = await folder.StartAsync(services => services.AddSingleton<TimeProvider>(new HurriedTime(() => when)));
        using var client = new TaskClient(server.Address);
        var taskId = await client.PostAsync(Posts.Body(shortId, 3, "user_1"), shortId);
        await client.WaitAsync(taskId);
        return taskId;
    }
}
