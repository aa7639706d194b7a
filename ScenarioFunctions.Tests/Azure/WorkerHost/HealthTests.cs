using System.Net;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Tests.Infrastructure;
using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Azure.WorkerHost;

public sealed class HealthTests(PostgresCluster cluster, WorkerProgram program)
{
    [Fact]
    public async Task A_database_that_no_longer_answers_is_told()
    {
        await using var service = await ProductionService.StartAsync(cluster, program);

        await UntilWellAsync(service.Client);
        service.Supabase.Faults.Cut(times: 1000);
        using var unwell = await service.Client.GetAsync("/health", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, unwell.StatusCode);
        var checks = (await unwell.JsonAsync())["checks"]!;
        Assert.Equal(("unavailable", "ok"), ((string?)checks["supabase"]!["status"], (string?)checks["task_hub"]!["status"]));
    }

    /// <summary>On a busy machine RunwayML may at first not answer in the time that the check gives it.</summary>
    private static async Task UntilWellAsync(HttpClient client)
    {
        var last = "";
        await Patience.UntilAsync(
            async () =>
            {
                using var answer = await client.GetAsync("/health", TestContext.Current.CancellationToken);
                var body = await answer.JsonAsync();
                last = $"{answer.StatusCode}: {body.ToJsonString()}";
                return answer.StatusCode == HttpStatusCode.OK && (string?)body["status"] == "ok";
            },
            () => last,
            TestContext.Current.CancellationToken);
    }
}
