using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.DurableTask;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Tests.Engines.Scenarios;
using ScenarioFunctions.Tests.Infrastructure;
using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Azure.WorkerHost;

public sealed class WaitingTaskTests(PostgresCluster cluster, WorkerProgram program)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_task_whose_version_the_worker_does_not_have_waits_and_can_be_cancelled()
    {
        await using var service = await ProductionService.StartAsync(cluster, program);
        var path = $"/scenario/save/tasks/{EngineHost.TaskId}";
        await service.Host.Hub.ScheduleNewOrchestrationInstanceAsync(
            SaveScenarioWorkflow.Name, EngineHost.Input(3) with { WorkflowVersion = 99 }, new StartOrchestrationOptions(EngineHost.TaskId), Stop);
        await Patience.UntilAsync(
            async () => (await service.Host.Hub.GetInstanceAsync(EngineHost.TaskId, true, Stop))!.SerializedCustomStatus is { Length: > 2 },
            () => $"Its turn was not answered. {service.Host.Fault}",
            Stop);

        var waiting = await service.Client.GetFromJsonAsync<JsonObject>(path, Stop);
        var health = await service.Client.GetFromJsonAsync<JsonObject>("/health", Stop);
        using var cancelled = await service.Client.DeleteAsync(path, Stop);

        Assert.Equal("pending", (string?)waiting!["status"]);
        Assert.StartsWith("Waiting for a program that has version 99 of the workflow", (string?)waiting["message"], StringComparison.Ordinal);
        Assert.Equal("degraded", (string?)health!["checks"]!["workflow"]!["status"]);
        Assert.StartsWith("1 of the open tasks (1 of version 99) wait", (string?)health["checks"]!["workflow"]!["message"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Accepted, cancelled.StatusCode);
        Assert.Equal("cancelled", (string?)(await cancelled.JsonAsync())["status"]);
        Assert.Equal(0, await service.Supabase.Database.ScalarAsync<long>("select count(*) from video_scenarios"));
    }
}
