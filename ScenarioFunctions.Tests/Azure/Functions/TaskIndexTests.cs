using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Engine;
using ScenarioFunctions.Functions;
using ScenarioFunctions.Tests.Engines.Scenarios;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Azure.Functions;

/// <summary>What the index of tasks has, and what a list shows, when a write to the index is lost at any moment.</summary>
public sealed class TaskIndexTests(PostgresCluster cluster) : IAsyncLifetime
{
    private const string Id = EngineHost.TaskId;
    private readonly IndexedEngineHost host = new(cluster);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_task_is_in_the_index_when_its_start_is_answered()
    {
        HoldAt("save_scenario");

        await host.StartAsync(scenes: 2);

        Assert.Equal([$"{Id} open"], await host.RowsAsync());
        await UntilAsync(Id, TaskState.Running);
        Assert.Equal([Id], await ListAsync(TaskState.Running));
    }

    [Fact]
    public async Task A_start_that_could_not_be_recorded_is_recorded_by_the_first_step()
    {
        var held = HoldAt("save_scenario");
        host.Supabase.Faults.Cut();

        await host.StartAsync(scenes: 2);
        Assert.Empty(await host.RowsAsync());
        held.SetResult();
        await host.EndAsync();

        Assert.Equal([$"{Id} open"], await host.RowsAsync());
    }

    [Fact]
    public async Task A_start_of_images_anew_that_could_not_be_recorded_is_recorded_by_its_first_step()
    {
        await host.RunAsync(scenes: 2);
        var held = HoldAt("hold");
        host.Supabase.Faults.Cut();

        await host.StartRedoAsync([(2, "Again")]);
        Assert.Single(await host.RowsAsync());
        held.SetResult();
        await host.EndOfAsync(EngineHost.RedoId);

        Assert.Equal([$"{Id} open", $"{EngineHost.RedoId} open"], await host.RowsAsync());
    }

    [Fact]
    public async Task A_task_that_has_ended_is_listed_as_that_before_the_index_knows_which_learns_it_from_the_list()
    {
        await host.RunAsync(scenes: 2);
        Assert.Equal([$"{Id} open"], await host.RowsAsync());

        Assert.Empty(await ListAsync(TaskState.Running, TaskState.Pending, TaskState.Failed, TaskState.Cancelled));
        Assert.Equal([$"{Id} completed"], await host.RowsAsync());
        Assert.Equal([Id], await ListAsync(TaskState.Completed));
    }

    [Fact]
    public async Task A_cancel_is_recorded_before_it_is_answered_and_one_that_could_not_be_is_listed_as_cancelled()
    {
        HoldAt("hold");
        await host.StartAsync(scenes: 2);
        await host.UntilAsync(() => host.Backend.Count("hold") > 0);
        await host.Engine.CancelAsync(Id, Stop);
        Assert.Equal([$"{Id} cancelled"], await host.RowsAsync());

        await host.Engine.StartAsync("terminated", EngineHost.Input(2), Stop);
        await host.UntilAsync(() => host.Backend.Count("hold") > 1);
        await host.Client.TerminateInstanceAsync("terminated", (object?)null, Stop);
        await UntilAsync("terminated", TaskState.Cancelled);

        Assert.Empty(await ListAsync(TaskState.Running, TaskState.Pending));
        Assert.Equal([Id, "terminated"], (await ListAsync(TaskState.Cancelled)).Order());
        Assert.Equal([$"{Id} cancelled", "terminated cancelled"], await host.RowsAsync());
    }

    [Fact]
    public async Task A_task_that_is_continued_is_open_again_also_when_that_could_not_be_recorded()
    {
        host.Backend.Before = act => act == "save_scenes" ? throw new StorageException("no", isTransient: false) : Task.CompletedTask;
        await host.RunAsync(scenes: 2);
        Assert.Equal([Id], await ListAsync(TaskState.Failed));
        Assert.Equal([$"{Id} failed"], await host.RowsAsync());

        var held = HoldAt("save_scenario");
        host.Supabase.Faults.Cut();
        await host.Engine.ResumeAsync(Id, Stop);
        Assert.Equal([$"{Id} failed"], await host.RowsAsync());

        Assert.Empty(await ListAsync(TaskState.Failed));
        Assert.Equal([$"{Id} open"], await host.RowsAsync());
        await UntilAsync(Id, TaskState.Running);
        Assert.Equal([Id], await ListAsync(TaskState.Running));
        held.SetResult();
        await UntilAsync(Id, TaskState.Completed);
        Assert.Equal([Id], await ListAsync(TaskState.Completed));
    }

    [Fact]
    public async Task A_purged_task_leaves_the_index_and_one_whose_row_could_not_be_removed_is_not_listed()
    {
        var task = await host.RunAsync(scenes: 2);
        await host.Engine.ForgetAsync(task.UpdatedAt.AddDays(1), Stop);
        Assert.Empty(await host.RowsAsync());

        await host.RunAsync(scenes: 2);
        await host.Client.PurgeInstanceAsync(Id, Stop);
        Assert.Empty(await ListAsync(null));
        Assert.Equal([$"{Id} open"], await host.RowsAsync()); // a hub may not show a task that has just been started

        await host.Supabase.Database.ExecuteAsync("update scenario_tasks set recorded_at = now() - interval '2 hours'");
        Assert.Empty(await ListAsync(null));
        Assert.Empty(await host.RowsAsync());
    }

    [Fact]
    public async Task The_timers_function_records_the_ends_of_open_tasks_and_removes_those_that_the_hub_has_lost()
    {
        await host.RunAsync(scenes: 2);
        await host.Index.RecordAsync(
            IndexedEngineHost.HubName, [new IndexedTask("lost", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch) { UserId = "maria" }], Stop);
        await host.Supabase.Database.ExecuteAsync("update scenario_tasks set recorded_at = now() - interval '2 hours'");

        await UpkeepAsync();

        Assert.Equal([$"{Id} completed"], await host.RowsAsync());
    }

    [Fact]
    public async Task An_index_without_some_tasks_is_not_used_until_the_timers_function_has_filled_it()
    {
        await host.RunAsync(scenes: 2);
        HoldAt("hold");
        await host.Engine.StartAsync("running", EngineHost.Input(2), Stop);
        await UntilAsync("running", TaskState.Running);
        await host.Supabase.Database.ExecuteAsync("truncate scenario_tasks, scenario_task_hubs");
        Assert.Equal([Id, "running"], (await ListAsync(null)).Order());

        await UpkeepAsync();

        Assert.Equal([$"{Id} completed", "running open"], await host.RowsAsync());
        Assert.Equal([Id, "running"], (await ListAsync(null)).Order());

        // From here on lists come from the index, which is compared again an hour later.
        await host.Supabase.Database.ExecuteAsync($"delete from scenario_tasks where task_id = '{Id}'");
        await UpkeepAsync();
        Assert.Equal(["running"], await ListAsync(null));
        await host.Supabase.Database.ExecuteAsync("update scenario_task_hubs set compared_at = now() - interval '2 hours'");
        await UpkeepAsync();
        Assert.Equal([Id, "running"], (await ListAsync(null)).Order());
    }

    [Fact]
    public async Task Without_the_migration_the_whole_hub_is_read_and_a_line_says_what_is_missing()
    {
        await host.Supabase.Database.ExecuteAsync("drop function list_scenario_tasks, record_scenario_tasks, check_scenario_tasks");
        await host.RunAsync(scenes: 2);

        Assert.Equal([Id], await ListAsync(null));
        await UpkeepAsync();

        var line = Assert.Single(host.Log.Lines, line => line.StartsWith("Warning 720 ", StringComparison.Ordinal));
        Assert.Contains("task_index", line, StringComparison.Ordinal);
        Assert.Single(host.Log.Lines, line => line.StartsWith("Warning 723 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_page_ends_early_with_a_cursor_when_too_many_tasks_do_not_match()
    {
        var future = DateTimeOffset.UnixEpoch.AddYears(200);
        await host.Index.RecordAsync(
            IndexedEngineHost.HubName,
            [.. Enumerable.Range(0, 600).Select(number => new IndexedTask($"lost-{number}", future.AddMinutes(number), future) { UserId = "maria" })],
            Stop);
        await host.RunAsync(scenes: 2);

        var first = await host.Engine.ListAsync(new TaskQuery(null, 2, null), Stop);
        var second = await host.Engine.ListAsync(new TaskQuery(null, 2, first.NextCursor), Stop);

        Assert.Empty(first.Tasks);
        Assert.Equal([Id], second.Tasks.Select(task => task.TaskId));
        Assert.Null(second.NextCursor);
    }

    private Task UpkeepAsync()
    {
        var clients = new DurableClients(TimeProvider.System);
        var functions = new RetentionFunctions(
            new TaskRetention(host.Engine, new ServiceSettings(), new FakeTimeProvider(), NullLogger<TaskRetention>.Instance), host.Upkeep, clients);
        return functions.KeepTaskIndexAsync(new TimerInfo(), host.Client, Stop);
    }

    private TaskCompletionSource HoldAt(string held)
    {
        var release = new TaskCompletionSource();
        host.Backend.Before = act => act == held ? release.Task : Task.CompletedTask;
        return release;
    }

    /// <summary>The ids of all tasks in any of these states.</summary>
    private async Task<IReadOnlyList<string>> ListAsync(params TaskState?[]? states)
    {
        var listed = new List<string>();
        foreach (var state in states ?? [null])
        {
            var page = await host.Engine.ListAsync(new TaskQuery(state, 100, null), Stop);
            listed.AddRange(page.Tasks.Select(task => task.TaskId));
        }

        return listed;
    }

    private Task UntilAsync(string id, TaskState state) => Patience.UntilAsync(
        async () => (await host.Engine.FindAsync(id, Stop))?.State == state, () => $"{id} is not {state}", Stop);
}
