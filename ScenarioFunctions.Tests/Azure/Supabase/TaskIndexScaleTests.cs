using System.Text.Json.Nodes;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Azure.Supabase;

/// <summary>What a page of the index costs PostgreSQL as the hub grows, counted in its pages of 8 KiB: unlike times, those do not vary.</summary>
public sealed class TaskIndexScaleTests(PostgresCluster cluster)
{
    private const string Middle = "'2026-01-01 12:00 UTC', 'task-00000000'";

    /// <summary>Half a day of tasks of 100 users: every thousandth is open, every twentieth has failed.</summary>
    private static string Fill(int tasks) =>
        $"""
        insert into scenario_tasks (hub, task_id, user_id, updated_at, created_at, state)
        select 'h', 'task-' || lpad(n::text, 8, '0'), 'user-' || n % 100, now(),
          timestamptz '2026-01-01 12:00 UTC' + make_interval(secs => (n - {tasks} / 2) * 43200.0 / {tasks}),
          case when n % 1000 = 0 then 'open' when n % 20 = 1 then 'failed' else 'completed' end
        from generate_series(1, {tasks}) n;
        insert into scenario_task_hubs values ('h', now());
        analyze scenario_tasks;
        """;

    [Fact]
    public async Task A_page_reads_about_as_much_of_100_000_tasks_as_of_1_000()
    {
        (string Name, string Arguments)[] lists =
        [
            ("all", "'', '', '', ''"),
            ("all, from the middle", $"'', '', {Middle}"),
            ("completed", "'completed', '', '', ''"),
            ("failed, from the middle", $"'failed', '', {Middle}"),
            ("running", "'open', '', '', ''"),
            ("of a user", "'', 'user-7', '', ''"),
            ("of a user, from the middle", $"'', 'user-7', {Middle}"),
            ("of a user, failed", "'failed', 'user-1', '', ''"),
            ("of nobody", "'', 'nobody', '', ''"),
        ];
        var small = await MeasureAsync(1_000, lists);
        var large = await MeasureAsync(100_000, lists);

        foreach (var ((name, before), (_, after)) in small.Zip(large))
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {before} and {after} pages");
            Assert.True(after <= (2 * before) + 40, $"{name}: {before} pages of 1,000 tasks, {after} of 100,000.");
        }
    }

    private async Task<List<(string Name, long Pages)>> MeasureAsync(int tasks, (string Name, string Arguments)[] lists)
    {
        await using var database = await cluster.CreateMigratedAsync();
        await database.ExecuteAsync(Fill(tasks));
        var measured = new List<(string, long)>();
        foreach (var (name, arguments) in lists)
        {
            measured.Add((name, await PagesAsync(database, $"select list_scenario_tasks('h', {arguments}, 21)")));
        }

        return measured;
    }

    /// <summary>Of the second run: the first one also reads what PostgreSQL knows of the table.</summary>
    internal static async Task<long> PagesAsync(PostgresDatabase database, string list)
    {
        long pages = 0;
        await using var connection = await database.OpenAsync();
        for (var run = 0; run < 2; run++)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"explain (analyze, buffers, format json) {list}";
            var plan = JsonNode.Parse((string)(await PostgresDatabase.ScalarAsync(command))!)![0]!["Plan"]!;
            pages = (long)plan["Shared Hit Blocks"]! + (long)plan["Shared Read Blocks"]!;
        }

        return pages;
    }
}
