using System.Net;
using ScenarioFunctions.Tests.Infrastructure;
using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Azure.WorkerHost;

public sealed class HealthTests(PostgresCluster cluster, WorkerProgram program)
{
    [Fact]
    public async Task A_database_that_no_longer_answers_is_told()
    {
        await using var service = await ProductionService.StartAsync(cluster, program);

        using var well = await service.Client.GetAsync("/health", TestContext.Current.CancellationToken);
        service.Supabase.Faults.Cut(times: 1000);
        using var unwell = await service.Client.GetAsync("/health", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, well.StatusCode);
        Assert.Equal("ok", (string?)(await well.JsonAsync())["status"]);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, unwell.StatusCode);
        var checks = (await unwell.JsonAsync())["checks"]!;
        Assert.Equal(("unavailable", "ok"), ((string?)checks["supabase"]!["status"], (string?)checks["task_hub"]!["status"]));
    }
}
