using Microsoft.Extensions.Diagnostics.HealthChecks;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Azure.Supabase;

public sealed class SupabaseHealthCheckTests(PostgresCluster cluster)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_migrated_database_is_healthy()
    {
        await using var supabase = await SupabaseTest.StartAsync(cluster);

        var report = await supabase.Get<HealthCheckService>().CheckHealthAsync(Stop);

        Assert.Equal(HealthStatus.Healthy, report.Entries["supabase"].Status);
    }

    [Fact]
    public async Task A_database_without_the_tables_is_unhealthy_and_says_which()
    {
        await using var supabase = await SupabaseTest.StartAsync(cluster);
        await supabase.Server.Database.ExecuteAsync("drop table video_scenes cascade");

        var report = await supabase.Get<HealthCheckService>().CheckHealthAsync(Stop);

        Assert.Equal(HealthStatus.Unhealthy, report.Entries["supabase"].Status);
        Assert.Contains("video_scenes", report.Entries["supabase"].Description, StringComparison.Ordinal);
    }
}
