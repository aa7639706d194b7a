using System.Net;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Api;

public sealed class CancelTaskTests
{
    private const string Url = "/scenario/save/tasks/t1";

    [Theory]
    [InlineData(TaskState.Pending)]
    [InlineData(TaskState.Running)]
    public async Task A_task_is_cancelled_again_and_again_and_its_pending_scenes_are_ended(TaskState state)
    {
        await using var server = await ApiServer.StartAsync();
        server.Put("t1", state);
        for (var i = 0; i < 2; i++)
        {
            var response = await server.DeleteAsync(Url);
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
            var body = await response.JsonAsync();
            Assert.Equal(("t1", "cancelled"), (body["task_id"]!.GetValue<string>(), body["status"]!.GetValue<string>()));
        }

        var ended = (ScenarioIds.Scenario("t1"), new SceneState { Status = SceneStatus.Cancelled, Reason = SceneReason.Cancelled });
        Assert.Equal([ended, ended], server.Store.Ended);
    }

    [Theory]
    [InlineData(TaskState.Completed, "completed")]
    [InlineData(TaskState.Failed, "failed")]
    public async Task A_task_that_had_ended_is_a_conflict_that_names_its_state(TaskState state, string name)
    {
        await using var server = await ApiServer.StartAsync();
        server.Put("t1", state);
        var response = await server.DeleteAsync(Url);
        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Equal(name, (await response.JsonAsync())["task_status"]!.GetValue<string>());
        Assert.Empty(server.Store.Ended);
    }

    [Fact]
    public async Task A_store_that_is_down_does_not_stop_a_cancel()
    {
        await using var server = await ApiServer.StartAsync();
        server.Put("t1", TaskState.Running);
        server.Store.Failure = new StorageException("down", isTransient: true);
        Assert.Equal(HttpStatusCode.Accepted, (await server.DeleteAsync(Url)).StatusCode);
        Assert.Contains(server.Log.Lines, line =>
            line.Level == LogLevel.Warning && line.Message.Contains("t1", StringComparison.Ordinal));
    }
}
