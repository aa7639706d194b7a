using ScenarioFunctions.Chaos;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Engines;

/// <summary>What is bought, charged and held when credits are short, on either engine.</summary>
public abstract class CreditScenarios(EngineHost host) : EngineScenarios(host)
{
    [Fact]
    public async Task Fifty_tasks_of_two_images_at_once_on_credits_for_ten_buy_and_charge_ten()
    {
        Backend.Balance = 20;
        var ids = Enumerable.Range(1, 50).Select(number => $"task-{number}").ToList();

        await Task.WhenAll(ids.Select(id => Task.Run(() => Host.Engine.StartAsync(id, EngineHost.Input(3), Stop), Stop)));
        var tasks = new List<TaskSnapshot>();
        foreach (var id in ids)
        {
            tasks.Add(await EndAsync(id));
        }

        Assert.Equal((10, 10, 0), (Backend.Bought, Backend.Charges.Count, Backend.Balance));
        Assert.Empty(Backend.Holds);
        Assert.All(tasks, task => Assert.Equal(TaskState.Completed, task.State));
        Assert.Equal(5, tasks.Count(task => task.Result!.ImagesGenerated == 2));
        var others = tasks.Where(task => task.Result!.ImagesGenerated != 2).SelectMany(task => task.Result!.Scenes.Skip(1)).ToList();
        Assert.Equal(90, others.Count);
        Assert.All(others, scene => Assert.Equal(SceneReason.InsufficientCredits, scene.Reason));
    }

    [Fact]
    public async Task A_charge_that_is_refused_all_the_same_stops_ordering_at_once()
    {
        Backend.Unchargeable.Add(3);

        var task = await Host.RunAsync(scenes: 6, parallel: 1);

        Assert.Equal(TaskState.Completed, task.State);
        Assert.Equal(
            [SceneReason.FirstScene, null, SceneReason.ChargeFailed, .. Enumerable.Repeat<SceneReason?>(SceneReason.InsufficientCredits, 3)],
            task.Result!.Scenes.Select(scene => scene.Reason));
        Assert.All([4, 5, 6], scene => Assert.Equal(
            SceneState.SkippedFor(SceneReason.InsufficientCredits), Backend.StateOf(EngineHost.TaskId, scene)));
        Assert.Equal((2, 98), (Backend.Bought, Backend.Balance));
        Assert.Single(Backend.Images);
        Assert.Empty(Backend.Holds);
    }

    [Fact]
    public async Task A_scene_under_way_orders_no_other_generation_once_a_charge_was_refused()
    {
        Backend.Unchargeable.Add(2);
        Backend.Generate = look => look.Scene == 3
            ? new Generation(GenerationState.Failed, Failure: GenerationFailure.Temporary)
            : Backend.Succeeded;
        var refused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Backend.Before = act => act == "get 3" ? refused.Task : Task.CompletedTask;

        await Host.StartAsync(scenes: 3);
        await Patience.UntilAsync(
            async () => (await Host.Engine.FindAsync(EngineHost.TaskId, Stop))!.Progress.Scenes is [_, { Reason: SceneReason.ChargeFailed }, ..],
            () => string.Join(", ", Backend.Acts),
            Stop);
        refused.SetResult();
        var task = await Host.EndAsync();

        Assert.Equal((SceneStatus.Skipped, SceneReason.InsufficientCredits), (task.Result!.Scenes[2].Status, task.Result.Scenes[2].Reason));
        Assert.Equal(SceneReason.InsufficientCredits, Backend.StateOf(EngineHost.TaskId, 3).Reason);
        Assert.Equal((1, 1), (Backend.Count("submit 2"), Backend.Count("submit 3")));
        Assert.Empty(Backend.Holds);
    }

    [Theory]
    [InlineData(4, 2)]
    [InlineData(2, 1)]
    [InlineData(0, 0)]
    public async Task When_the_hold_is_lost_images_are_charged_from_what_is_available(int available, int images)
    {
        Backend.Before = act =>
        {
            if (act == "submit 2")
            {
                Backend.Locked(() => Backend.Holds.Remove(EngineHost.TaskId));
                Backend.Balance = available;
            }

            return Task.CompletedTask;
        };

        var task = await Host.RunAsync(scenes: 3, parallel: 1);

        Assert.Equal((TaskState.Completed, images), (task.State, task.Result!.ImagesGenerated));
        Assert.Equal((Math.Min(images + 1, 2), images, 0), (Backend.Bought, Backend.Charges.Count, Backend.Balance));
        Assert.Empty(Backend.Holds);
    }

    /// <summary>As after a service that was off for days: nothing of what the hold had covered is there for certain.</summary>
    [Theory]
    [InlineData(4, 3)]
    [InlineData(3, 1)]
    public async Task When_the_hold_has_expired_nothing_is_ordered_before_the_credits_of_all_images_that_are_left_are_held_again(
        int available, int images)
    {
        Backend.After = act =>
        {
            if (act == "charge 2")
            {
                Host.Time.Set(TimeSpan.FromDays(3));
                Backend.Locked(() => Backend.Holds.Remove(EngineHost.TaskId));
                Backend.Balance = available;
            }

            return Task.CompletedTask;
        };

        var task = await Host.RunAsync(scenes: 4, parallel: 1);

        Assert.Equal((TaskState.Completed, images, images), (task.State, task.Result!.ImagesGenerated, Backend.Bought));
        SceneReason? reason = images == 3 ? null : SceneReason.InsufficientCredits;
        Assert.Equal([SceneReason.FirstScene, null, reason, reason], task.Result.Scenes.Select(scene => scene.Reason));
        Assert.All([3, 4], scene => Assert.Equal(reason, Backend.StateOf(EngineHost.TaskId, scene).Reason));
        Assert.Equal((images, images == 3 ? 0 : available), (Backend.Charges.Count, Backend.Balance));
        Assert.Empty(Backend.Holds);
    }

    [Fact]
    public async Task A_hold_that_cannot_be_released_does_not_keep_a_task_from_completing()
    {
        Backend.Before = act => act == "release" ? throw new StorageException("no", isTransient: false) : Task.CompletedTask;

        var task = await Host.RunAsync(scenes: 3);

        Assert.Equal((TaskState.Completed, 2), (task.State, task.Result!.ImagesGenerated));
        Assert.Equal(96, Backend.Balance);
    }

    [Fact]
    public async Task Images_that_cost_nothing_are_made_whatever_the_balance()
    {
        Backend.Balance = -3;

        await Host.Engine.StartAsync(EngineHost.TaskId, EngineHost.Input(3) with { CreditsPerImage = 0 }, Stop);
        var task = await Host.EndAsync();

        Assert.Equal((TaskState.Completed, 2), (task.State, task.Result!.ImagesGenerated));
        Assert.Equal(0, Backend.Count("hold"));
    }

    private async Task<TaskSnapshot> EndAsync(string id)
    {
        TaskSnapshot? task = null;
        await Patience.UntilAsync(
            async () => (task = await Host.Engine.FindAsync(id, Stop))!.State.IsFinal(),
            () => $"{id} has not ended.",
            Stop);
        return task!;
    }
}

/// <summary>On the embedded engine.</summary>
public sealed class EmbeddedCreditScenarios() : CreditScenarios(new EmbeddedEngineHost());

/// <summary>On the real Durable Task engine.</summary>
public sealed class DurableCreditScenarios() : CreditScenarios(new DurableEngineHost());
