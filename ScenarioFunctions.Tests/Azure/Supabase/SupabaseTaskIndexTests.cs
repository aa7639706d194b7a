using Npgsql;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Azure.Supabase;

public sealed class SupabaseTaskIndexTests(PostgresCluster cluster) : IAsyncLifetime
{
    private const string Hub = "ScenarioHub";
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, 123, 456, TimeSpan.Zero);

    private SupabaseTest supabase = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private ITaskIndex Index => supabase.Get<ITaskIndex>();

    public async ValueTask InitializeAsync() => supabase = await SupabaseTest.StartAsync(cluster);

    public async ValueTask DisposeAsync()
    {
        if (supabase is not null)
        {
            await supabase.DisposeAsync();
        }
    }

    [Fact]
    public async Task Pages_lead_from_the_newest_to_the_oldest_with_equal_times_in_the_order_of_the_ids_bytes()
    {
        string[] ids = ["a", "B", "b-1", "b1", "Z", "ż"];
        await RecordAsync([.. ids.Select((id, number) => Task(id, Noon.AddMicroseconds(number / 4)))]);

        var listed = new List<IndexedTask>();
        while (await ListAsync(new TaskQuery(null, 2, null), listed.LastOrDefault(), 2) is { Count: > 0 } page)
        {
            listed.AddRange(page);
        }

        Assert.Equal(["ż", "Z", "b1", "b-1", "a", "B"], listed.Select(task => task.TaskId));
        Assert.Equal(Noon.AddMicroseconds(1), listed[0].CreatedAt);
        Assert.Equal(("maria", null, false), (listed[0].UserId, listed[0].End, listed[0].IsOld));
    }

    [Theory]
    [InlineData(null, null, "open failed done other")]
    [InlineData(TaskState.Completed, null, "open done other")]
    [InlineData(TaskState.Failed, null, "open failed")]
    [InlineData(TaskState.Cancelled, null, "open")]
    [InlineData(TaskState.Running, null, "open")]
    [InlineData(TaskState.Pending, null, "open")]
    [InlineData(null, "paul", "other")]
    [InlineData(TaskState.Completed, "maria", "open done")]
    [InlineData(TaskState.Completed, "paul", "other")]
    [InlineData(TaskState.Running, "paul", "")]
    public async Task A_state_names_its_tasks_and_all_open_ones(TaskState? state, string? user, string expected)
    {
        await RecordAsync(
            Task("open", Noon.AddDays(3)), Task("failed", Noon.AddDays(2), TaskState.Failed), Task("done", Noon.AddDays(1), TaskState.Completed),
            Task("other", Noon, TaskState.Completed) with { UserId = "paul" });

        var listed = await ListAsync(new TaskQuery(state, 10, null) { UserId = user }, null, 10);

        Assert.Equal(expected, string.Join(' ', listed.Select(task => task.TaskId)));
    }

    [Fact]
    public async Task What_was_seen_last_counts_in_whatever_order_it_comes()
    {
        var failed = Seen("a", at: 5, TaskState.Failed);
        var continued = Seen("a", at: 7) with { CreatedAt = Noon.AddDays(1) };
        var completed = Seen("a", at: 9, TaskState.Completed) with { CreatedAt = Noon.AddDays(1) };

        foreach (var (sight, expected) in new[]
        {
            (Seen("a", at: 3), Seen("a", at: 3)), (failed, failed), (Seen("a", at: 4), failed), (continued, continued),
            (failed, continued), (completed, completed), (continued, completed), (failed, completed),
        })
        {
            await RecordAsync(sight);
            Assert.Equal([expected], await ListAsync());
        }
    }

    [Fact]
    public async Task Of_two_sights_at_one_moment_the_one_that_comes_last_counts()
    {
        await RecordAsync(Seen("a", at: 1));
        await RecordAsync(Seen("a", at: 1, TaskState.Failed));
        Assert.Equal([Seen("a", at: 1, TaskState.Failed)], await ListAsync());

        await RecordAsync(Seen("a", at: 1));
        Assert.Equal([Seen("a", at: 1)], await ListAsync());
    }

    [Fact]
    public async Task Tasks_whose_user_is_not_known_are_corrected_where_they_are_there_and_named_where_they_are_not()
    {
        await RecordAsync(Task("known", Noon));

        var missing = await RecordAsync(
            Task("known", Noon, TaskState.Completed) with { UserId = null }, Task("unknown", Noon) with { UserId = null });

        Assert.Equal(["unknown"], missing);
        Assert.Equal([Task("known", Noon, TaskState.Completed)], await ListAsync());
    }

    [Fact]
    public async Task Each_hub_has_its_own_tasks()
    {
        await RecordAsync(Task("a", Noon));
        await Index.RecordAsync("Other", [Task("a", Noon.AddDays(1), TaskState.Completed)], Stop);
        await Index.CompleteAsync("Other", Stop);

        var here = await Index.ListAsync(Hub, new TaskQuery(null, 10, null), null, 10, Stop);
        await Index.ForgetAsync("Other", [Task("a", Noon.AddDays(1))], Stop);
        var there = await Index.ListAsync("Other", new TaskQuery(null, 10, null), null, 10, Stop);

        Assert.Equal([Task("a", Noon)], here.Tasks);
        Assert.Empty(there.Tasks);
        Assert.Equal((false, true), (here.IsComplete, there.IsComplete));
    }

    [Fact]
    public async Task Open_tasks_are_taken_in_turn_and_ended_ones_never()
    {
        await RecordAsync(Task("a", Noon), Task("b", Noon), Task("c", Noon), Task("d", Noon, TaskState.Completed));

        var taken = new List<string>();
        for (var turn = 0; turn < 6; turn++)
        {
            taken.Add(Assert.Single((await Index.TakeOpenAsync(Hub, 1, Stop)).Tasks).TaskId);
        }

        Assert.Equal(["a", "b", "c"], taken[..3].Order());
        Assert.Equal(taken[..3], taken[3..]);
    }

    [Fact]
    public async Task A_task_that_was_seen_later_is_not_forgotten()
    {
        await RecordAsync(Seen("a", at: 2), Seen("b", at: 2));

        await Index.ForgetAsync(Hub, [Seen("a", at: 1), Seen("b", at: 2)], Stop);

        Assert.Equal([Seen("a", at: 2)], await ListAsync());
    }

    [Theory]
    [InlineData("select list_scenario_tasks('h', '', '', '', '', 1)")]
    [InlineData("select record_scenario_tasks('h', '[]')")]
    [InlineData("select check_scenario_tasks('h', 1)")]
    [InlineData("select forget_scenario_tasks('h', '[]')")]
    [InlineData("select complete_scenario_tasks('h')")]
    public async Task No_browser_may_call_the_functions(string call)
    {
        foreach (var role in new[] { "anon", "authenticated" })
        {
            var error = await Assert.ThrowsAsync<PostgresException>(
                () => supabase.Server.Database.ExecuteAsync($"set role {role}; {call}"));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, error.SqlState);
        }
    }

    private static IndexedTask Task(string id, DateTimeOffset createdAt, TaskState? end = null) =>
        new(id, createdAt, createdAt, end) { UserId = "maria" };

    private static IndexedTask Seen(string id, int at, TaskState? end = null) => Task(id, Noon, end) with { UpdatedAt = Noon.AddSeconds(at) };

    private Task<IReadOnlyList<string>> RecordAsync(params IndexedTask[] tasks) => Index.RecordAsync(Hub, tasks, Stop);

    private Task<IReadOnlyList<IndexedTask>> ListAsync() => ListAsync(new TaskQuery(null, 10, null), null, 10);

    private async Task<IReadOnlyList<IndexedTask>> ListAsync(TaskQuery query, IndexedTask? after, int count) =>
        (await Index.ListAsync(Hub, query, after is null ? null : (after.CreatedAt, after.TaskId), count, Stop)).Tasks;
}
