using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Engines;

/// <summary>A task that failed is continued, on either engine.</summary>
public abstract class ResumeScenarios(EngineHost host) : EngineScenarios(host)
{
    [Theory]
    [InlineData("save_scenario")]
    [InlineData("save_scenes")]
    [InlineData("hold")]
    public async Task A_task_that_failed_goes_on_from_the_step_that_failed(string act)
    {
        Backend.Before = done => done == act
            ? throw new StorageException("The database refuses.", isTransient: false)
            : Task.CompletedTask;
        var failed = await Host.RunAsync(scenes: 3);
        Assert.Equal(TaskState.Failed, failed.State);
        Backend.Before = _ => Task.CompletedTask;

        var resumed = await Host.Engine.ResumeAsync(EngineHost.TaskId, Stop);
        var task = await Host.EndOfAsync(EngineHost.TaskId);

        Assert.False(resumed!.State.IsFinal());
        Assert.Equal((TaskState.Completed, null, 2), (task.State, task.Error, task.Result!.ImagesGenerated));
        Assert.Equal((2, 96L, 2), (Backend.Bought, Backend.Balance, Backend.Charges.Count));
        Assert.Empty(Backend.Holds);
        Assert.Equal(3, Backend.Scenes.Count);
    }

    [Fact]
    public async Task Images_that_were_made_before_the_failure_are_neither_ordered_nor_charged_again()
    {
        Backend.Before = act => act == "take 3"
            ? throw new StorageException("The database refuses.", isTransient: false)
            : Task.CompletedTask;
        Assert.Equal(TaskState.Failed, (await Host.RunAsync(scenes: 4, parallel: 1)).State);
        Assert.Equal((1, 98L), (Backend.Bought, Backend.Balance));
        Backend.Before = _ => Task.CompletedTask;

        await Host.Engine.ResumeAsync(EngineHost.TaskId, Stop);
        var task = await Host.EndOfAsync(EngineHost.TaskId);

        Assert.Equal((TaskState.Completed, 3), (task.State, task.Result!.ImagesGenerated));
        Assert.Equal((3, 94L, 3), (Backend.Bought, Backend.Balance, Backend.Charges.Count));
        Assert.Empty(Backend.Holds);
        Assert.All([2, 3, 4], scene => Assert.Equal(SceneStatus.Completed, Backend.StateOf(EngineHost.TaskId, scene).Status));
    }

    [Fact]
    public async Task A_task_that_did_not_fail_is_left_alone()
    {
        await Host.RunAsync(scenes: 2);
        var acts = Backend.Acts.Count;

        Assert.Equal(TaskState.Completed, (await Host.Engine.ResumeAsync(EngineHost.TaskId, Stop))!.State);
        Assert.Null(await Host.Engine.ResumeAsync("none", Stop));
        Assert.Equal(acts, Backend.Acts.Count);
    }
}

public sealed class EmbeddedResumeScenarios() : ResumeScenarios(new EmbeddedEngineHost());

public sealed class DurableResumeScenarios() : ResumeScenarios(new DurableEngineHost());
