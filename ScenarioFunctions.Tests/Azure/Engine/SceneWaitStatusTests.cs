using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Azure.Engine;

/// <summary>What an instance of the app tells of a scene whose step runs in another one.</summary>
public sealed class SceneWaitStatusTests : IAsyncLifetime
{
    private readonly DurableEngineHost host = new();
    private readonly TaskCompletionSource ordersAgain = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource mayOrder = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_scene_that_is_ordered_again_is_told_by_the_hub_and_its_end_ends_that()
    {
        host.Backend.Generate = one => one.Generation == 1
            ? new Generation(GenerationState.Failed, Failure: GenerationFailure.Temporary)
            : Backend.Succeeded;
        host.Backend.Before = async act =>
        {
            if (act == "submit 2" && host.Backend.Count(act) > 1)
            {
                ordersAgain.TrySetResult();
                await mayOrder.Task;
            }
        };

        await host.StartAsync(scenes: 2);
        await host.UntilAsync(() => ordersAgain.Task.IsCompleted);
        var meanwhile = await FindAsync();
        mayOrder.SetResult();
        var ended = await host.EndAsync();

        Assert.Equal(new SceneWait(WaitingFor.Retrying, Attempt: 2, Attempts: 3), meanwhile.Waiting?[2]);
        Assert.Equal((1, null), (ended.Result?.ImagesGenerated, ended.Progress.Waiting));
    }

    private async Task<WorkflowProgress> FindAsync()
    {
        TaskSnapshot? task = await host.Engine.FindAsync(EngineHost.TaskId, TestContext.Current.CancellationToken);
        return task!.Progress;
    }
}
