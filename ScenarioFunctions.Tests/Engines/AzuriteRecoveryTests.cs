using ScenarioFunctions.Chaos;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Engines;

/// <summary>Durable Task over Azure Storage: its queues, tables and leases, which no other test has.</summary>
public sealed class AzuriteRecoveryTests : IAsyncLifetime
{
    private readonly AzuriteEngineHost host = new();

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_host_that_dies_with_images_under_way_is_followed_by_another_that_buys_nothing_twice()
    {
        var stop = TestContext.Current.CancellationToken;
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Backend.Before = act =>
        {
            if (act != "download")
            {
                return Task.CompletedTask;
            }

            reached.TrySetResult();
            return new TaskCompletionSource().Task;
        };
        await host.StartAsync(scenes: 4);
        await reached.Task.WaitAsync(Patience.Limit, stop);
        await host.UntilAsync(() => host.Backend.Count("download") == 3);

        host.Backend.Crash();
        host.Backend.Before = _ => Task.CompletedTask;
        await host.RestartAsync();
        var task = await host.EndAsync();

        Assert.Equal((TaskState.Completed, 3), (task.State, task.Result!.ImagesGenerated));
        Assert.Equal((3, 94), (host.Backend.Bought, host.Backend.Balance));
        Assert.All(task.Result.Scenes.Skip(1), scene => Assert.Equal(SceneStatus.Completed, scene.Status));
        Assert.Equal(task.TaskId, Assert.Single((await host.Engine.ListAsync(new TaskQuery(null, 10, null), stop)).Tasks).TaskId);
        Assert.Equal(TaskState.Completed, (await host.StartAsync(scenes: 4)).State);
        Assert.Equal(3, host.Backend.Bought);
    }
}
