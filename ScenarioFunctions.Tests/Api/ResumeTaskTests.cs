using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Api;

public sealed class ResumeTaskTests
{
    [Theory]
    [InlineData(TaskState.Failed, 202)]
    [InlineData(TaskState.Running, 202)]
    [InlineData(TaskState.Completed, 409)]
    [InlineData(TaskState.Cancelled, 409)]
    public async Task Only_a_task_that_failed_or_goes_on_is_resumed(TaskState state, int expected)
    {
        await using var server = await ApiServer.StartAsync();
        server.Put("t1", state);

        var answer = await server.PostAsync("", path: "/scenario/save/tasks/t1/resume");

        var body = await answer.JsonAsync();
        Assert.Equal(expected, (int)answer.StatusCode);
        Assert.Equal(expected == 202 ? "running" : null, (string?)(expected == 202 ? body["status"] : null));
        Assert.Equal(expected == 202 ? null : state.ToString().ToLowerInvariant(), (string?)body["task_status"]);
    }

    [Theory]
    [InlineData(true, 202)]
    [InlineData(false, 409)]
    public async Task A_task_whose_scenario_was_deleted_is_not_resumed(bool isStored, int expected)
    {
        await using var server = await ApiServer.StartAsync();
        var scenarioId = Guid.NewGuid();
        server.Engine.Put(server.Put("t1", TaskState.Failed) with { Progress = new WorkflowProgress { ScenarioId = scenarioId } });
        if (isStored)
        {
            server.PutScenario("user_1", id: scenarioId);
        }

        var answer = await server.PostAsync("", path: "/scenario/save/tasks/t1/resume");

        Assert.Equal(expected, (int)answer.StatusCode);
        Assert.Equal(
            isStored ? null : "urn:save-scenario:problem:scenario_deleted", isStored ? null : (string?)(await answer.JsonAsync())["type"]);
        Assert.Equal(
            isStored ? TaskState.Running : TaskState.Failed, (await server.Engine.FindAsync("t1", TestContext.Current.CancellationToken))!.State);
    }
}
