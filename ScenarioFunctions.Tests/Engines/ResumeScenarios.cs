using ScenarioFunctions.Chaos;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;
using ScenarioFunctions.Local.Engine;
using ScenarioFunctions.Local.Storage;
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
        await FailAtTheThirdSceneAsync();

        await Host.Engine.ResumeAsync(EngineHost.TaskId, Stop);
        var task = await Host.EndOfAsync(EngineHost.TaskId);

        Assert.Equal((TaskState.Completed, 3), (task.State, task.Result!.ImagesGenerated));
        Assert.Equal((3, 94L, 3), (Backend.Bought, Backend.Balance, Backend.Charges.Count));
        Assert.Empty(Backend.Holds);
        Assert.All([2, 3, 4], scene => Assert.Equal(SceneStatus.Completed, Backend.StateOf(EngineHost.TaskId, scene).Status));
    }

    [Fact]
    public async Task The_credits_of_the_images_that_are_left_are_held_again_and_no_more()
    {
        await FailAtTheThirdSceneAsync();
        Backend.Balance = 4;
        var held = 0L;
        Backend.Before = act =>
        {
            held = act == "take 3" ? Backend.Locked(() => Backend.Holds.GetValueOrDefault(EngineHost.TaskId)) : held;
            return Task.CompletedTask;
        };

        await Host.Engine.ResumeAsync(EngineHost.TaskId, Stop);
        var task = await Host.EndOfAsync(EngineHost.TaskId);

        Assert.Equal((TaskState.Completed, 3, 4L), (task.State, task.Result!.ImagesGenerated, held));
        Assert.Equal((3, 0L, 3), (Backend.Bought, Backend.Balance, Backend.Charges.Count));
        Assert.Empty(Backend.Holds);
    }

    [Fact]
    public async Task Credits_that_do_not_cover_the_images_that_are_left_make_none_and_keep_those_that_are_made()
    {
        await FailAtTheThirdSceneAsync();
        Backend.Balance = 3;

        await Host.Engine.ResumeAsync(EngineHost.TaskId, Stop);
        var task = await Host.EndOfAsync(EngineHost.TaskId);

        Assert.Equal((TaskState.Completed, 1, "Scenario saved; 1 of 3 images made"), (task.State, task.Result!.ImagesGenerated, task.Progress.Message));
        Assert.Equal(
            [SceneReason.FirstScene, null, SceneReason.InsufficientCredits, SceneReason.InsufficientCredits],
            task.Result.Scenes.Select(scene => scene.Reason));
        Assert.Equal((1, 3L, SceneStatus.Completed), (Backend.Bought, Backend.Balance, Backend.StateOf(EngineHost.TaskId, 2).Status));
        Assert.Empty(Backend.Holds);

        Backend.Balance = 4;
        Assert.Equal(2, (await Host.RedoAsync((3, "Scene 3"), (4, "Scene 4"))).Result!.ImagesGenerated);
    }

    [Fact]
    public async Task A_ledger_that_refuses_fails_the_task_again_and_it_can_be_continued_later()
    {
        await FailAtTheThirdSceneAsync();
        Backend.Before = act => act == "hold" ? throw new StorageException("The ledger refuses.", isTransient: false) : Task.CompletedTask;
        await Host.Engine.ResumeAsync(EngineHost.TaskId, Stop);
        var failed = await Host.EndOfAsync(EngineHost.TaskId);
        Assert.Equal((TaskState.Failed, TaskErrorCodes.CheckCreditsFailed, 1), (failed.State, failed.Error!.Code, Backend.Bought));

        Backend.Before = _ => Task.CompletedTask;
        await Host.Engine.ResumeAsync(EngineHost.TaskId, Stop);

        Assert.Equal(3, (await Host.EndOfAsync(EngineHost.TaskId)).Result!.ImagesGenerated);
        Assert.Equal((3, 94L), (Backend.Bought, Backend.Balance));
        Assert.Empty(Backend.Holds);
    }

    [Fact]
    public async Task Credits_that_were_held_again_without_an_answer_are_released_when_the_task_fails_for_that()
    {
        await FailAtTheThirdSceneAsync();
        Backend.After = act => act == "hold" ? throw new StorageException("The answer is lost.", isTransient: false) : Task.CompletedTask;

        await Host.Engine.ResumeAsync(EngineHost.TaskId, Stop);
        var failed = await Host.EndOfAsync(EngineHost.TaskId);

        Assert.Equal((TaskState.Failed, TaskErrorCodes.CheckCreditsFailed, 1), (failed.State, failed.Error!.Code, Backend.Bought));
        Assert.Contains("hold", Backend.Acts);
        Assert.Empty(Backend.Holds);
    }

    [Fact]
    public async Task A_task_whose_scenario_is_deleted_as_it_is_continued_orders_nothing_and_fails_again()
    {
        await FailAtTheThirdSceneAsync();
        Backend.Locked(() =>
        {
            Backend.Scenes.Clear();
            Backend.Scenarios.Clear();
            return Backend.Removed.Add(ScenarioIds.Scenario(EngineHost.TaskId));
        });

        await Host.Engine.ResumeAsync(EngineHost.TaskId, Stop);
        var task = await Host.EndOfAsync(EngineHost.TaskId);

        Assert.Equal((TaskState.Failed, 1, 98L), (task.State, Backend.Bought, Backend.Balance));
        Assert.Contains("was deleted", task.Error!.Message, StringComparison.Ordinal);
        Assert.Empty(Backend.Holds);
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

    private Task FailAtTheThirdSceneAsync() => ResumeCrashScenarios.FailAtTheThirdSceneAsync(Host);
}

/// <summary>A host that dies at any act of a task that is continued, and starts again, on either engine.</summary>
public abstract class ResumeCrashScenarios(Func<EngineHost> newHost)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_crash_at_any_act_orders_and_charges_nothing_twice_and_leaves_no_hold(bool afterEffect)
    {
        var acts = await RunWithoutCrashAsync();
        Assert.Contains("hold", acts);
        for (var act = 1; act <= acts.Count; act++)
        {
            await using var host = await FailedAsync();
            host.Backend.CrashAt(act, afterEffect);
            await host.Engine.ResumeAsync(EngineHost.TaskId, TestContext.Current.CancellationToken);
            await host.Backend.Crashed.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);

            await host.RestartAsync();
            var task = await host.EndOfAsync(EngineHost.TaskId);

            var lost = (afterEffect ? act : act - 1) is > 0 and var done && acts[done - 1].StartsWith("submit", StringComparison.Ordinal);
            var moment = $"{(afterEffect ? "after" : "before")} {acts[act - 1]} ({act})";
            Assert.True(task.State == TaskState.Completed, $"{moment}: {task.State} {task.Error}");
            Assert.True(host.Backend.Bought == 3 + (lost ? 1 : 0), $"{moment}: {host.Backend.Bought} images were bought");
            Assert.True(host.Backend.Charges.Count == 3, $"{moment}: {host.Backend.Charges.Count} charges");
            Assert.True(host.Backend.Balance == 94, $"{moment}: {host.Backend.Balance} credits are left");
            Assert.True(host.Backend.Holds.Count == 0, $"{moment}: credits are held");
        }
    }

    /// <summary>Saves four scenes, of which the second has its image.</summary>
    internal static async Task FailAtTheThirdSceneAsync(EngineHost host)
    {
        host.Backend.Before = act => act == "take 3"
            ? throw new StorageException("The database refuses.", isTransient: false)
            : Task.CompletedTask;
        Assert.Equal(TaskState.Failed, (await host.RunAsync(scenes: 4, parallel: 1)).State);
        Assert.Equal((1, 98L), (host.Backend.Bought, host.Backend.Balance));
        Assert.Empty(host.Backend.Holds);
        host.Backend.Before = _ => Task.CompletedTask;
    }

    private async Task<IReadOnlyList<string>> RunWithoutCrashAsync()
    {
        await using var host = await FailedAsync();
        var before = host.Backend.Acts.Count;
        await host.Engine.ResumeAsync(EngineHost.TaskId, TestContext.Current.CancellationToken);
        await host.EndOfAsync(EngineHost.TaskId);
        return [.. host.Backend.Acts.Skip(before)];
    }

    private async Task<EngineHost> FailedAsync()
    {
        var host = newHost();
        await host.InitializeAsync();
        await FailAtTheThirdSceneAsync(host);
        return host;
    }
}

public sealed class EmbeddedResumeScenarios() : ResumeScenarios(new EmbeddedEngineHost());

public sealed class DurableResumeScenarios() : ResumeScenarios(new DurableEngineHost());

public sealed class EmbeddedResumeCrashScenarios() : ResumeCrashScenarios(() => new EmbeddedEngineHost());

public sealed class DurableResumeCrashScenarios() : ResumeCrashScenarios(() => new DurableEngineHost());

public sealed class LostContinuationTests
{
    [Fact]
    public async Task A_continuation_that_is_on_disk_goes_on_even_if_its_write_was_reported_as_failed()
    {
        await using var host = new EmbeddedEngineHost(database => new LosesAnswers(database));
        await host.InitializeAsync();
        await ResumeCrashScenarios.FailAtTheThirdSceneAsync(host);

        await Assert.ThrowsAsync<EngineUnavailableException>(
            () => host.Engine.ResumeAsync(EngineHost.TaskId, TestContext.Current.CancellationToken));

        Assert.Equal(3, (await host.EndOfAsync(EngineHost.TaskId)).Result!.ImagesGenerated);
        Assert.Empty(host.Backend.Holds);
    }

    private sealed class LosesAnswers(LocalDatabase database) : TaskStore(database)
    {
        public override async Task<bool> ReopenAsync(long seq, DateTimeOffset now)
        {
            await base.ReopenAsync(seq, now);
            throw new StorageException("The answer is lost.", isTransient: true);
        }
    }
}
