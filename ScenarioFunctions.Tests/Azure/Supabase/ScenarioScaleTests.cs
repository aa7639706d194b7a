using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Azure.Supabase;

/// <summary>What a list of scenarios, and a look at the limits before each order, cost PostgreSQL as the tables grow.</summary>
public sealed class ScenarioScaleTests(PostgresCluster cluster)
{
    private const string Middle = "'2026-01-01 12:00 UTC', '88888888-0000-0000-0000-000000000000'";
    private const string Since = "'2026-01-01 11:00 UTC'";

    private static readonly string[] Functions =
    [
        "list_scenarios('', '', '', '', 21)",
        $"list_scenarios('', '', {Middle}, 21)",
        "list_scenarios('', 'user-7', '', '', 21)",
        $"list_scenarios('', 'user-7', {Middle}, 21)",
        "list_scenarios('short-7', '', '', '', 21)",
        $"list_scenarios('short-7', 'user-22', {Middle}, 21)",
        "list_scenarios('', 'nobody', '', '', 21)",
        $"spent_image_service_credits('', {Since})",
        "spent_image_service_credits((select id::text from video_scenarios order by short_id limit 1), now())",
        $"rejected_images('user-1', {Since})",
    ];

    /// <summary>Of 50 users, within half a day; every twentieth image was rejected, and 60 were made in the hour that counts.</summary>
    private static string Fill(int scenarios) =>
        $"""
        insert into video_scenarios (id, short_id, user_id, created_at)
        select md5(n::text)::uuid, 'short-' || n / 3, 'user-' || n % 50,
          timestamptz '2026-01-01 12:00 UTC' + make_interval(secs => (n - {scenarios} / 2) * 43200.0 / {scenarios})
        from generate_series(1, {scenarios}) n;
        insert into video_scenes (scenario_id, scene_number, image_service_credits, failure_reason, updated_at)
        select md5(n::text)::uuid, 1, 8, case when n % 20 = 1 then 'content_rejected' end,
          timestamptz '2026-01-01 12:00 UTC' - make_interval(mins => n)
        from generate_series(1, {scenarios}) n;
        analyze video_scenarios, video_scenes;
        """;

    [Fact]
    public async Task A_list_and_a_look_at_the_limits_read_about_as_much_of_15_000_scenarios_as_of_1_500()
    {
        var small = await MeasureAsync(1_500);
        var large = await MeasureAsync(15_000);

        foreach (var (function, before, after) in Functions.Zip(small, large))
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{function}: {before} and {after} pages");
            Assert.True(after <= (2 * before) + 40, $"{function}: {before} pages of 1,500 scenarios, {after} of 15,000.");
        }
    }

    private async Task<List<long>> MeasureAsync(int scenarios)
    {
        await using var database = await cluster.CreateMigratedAsync();
        await database.ExecuteAsync(Fill(scenarios));
        Assert.Equal(60 * 8L, await database.ScalarAsync<long>($"select spent_image_service_credits('', {Since})"));
        Assert.Equal(1L, await database.ScalarAsync<long>($"select rejected_images('user-1', {Since})"));
        var measured = new List<long>();
        foreach (var function in Functions)
        {
            measured.Add(await TaskIndexScaleTests.PagesAsync(database, $"select {function}"));
        }

        return measured;
    }
}
