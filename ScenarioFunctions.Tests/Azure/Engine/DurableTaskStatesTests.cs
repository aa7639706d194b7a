using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Engine;
using ScenarioFunctions.Tests.Engines.Scenarios;
using ScenarioFunctions.Tests.Infrastructure;
using static Microsoft.DurableTask.Client.OrchestrationRuntimeStatus;

namespace ScenarioFunctions.Tests.Azure.Engine;

/// <summary>The engine on a real task hub, with a task in each state that it can really have.</summary>
public sealed class DurableTaskStatesTests : IAsyncLifetime
{
    private const string Id = EngineHost.TaskId;
    private readonly DurableEngineHost host = new();
    private readonly TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Theory]
    [InlineData(Pending, TaskState.Pending)]
    [InlineData(Running, TaskState.Running)]
    [InlineData(Suspended, TaskState.Running)]
    [InlineData(Completed, TaskState.Completed)]
    [InlineData(Failed, TaskState.Failed)]
    [InlineData(Terminated, TaskState.Cancelled)]
    public async Task A_start_never_schedules_over_an_instance_whatever_its_state(
        OrchestrationRuntimeStatus status, TaskState state)
    {
        await BringToAsync(status);
        var instance = await host.Client.GetInstanceAsync(Id, Stop);

        var task = await host.Engine.StartAsync(Id, EngineHost.Input(5) with { RequestHash = "other" }, Stop);

        Assert.Equal((state, "hash-1", 3), (task.State, task.RequestHash, task.SceneCount));
        Assert.Equal((instance!.CreatedAt, status), (task.CreatedAt, (await host.Client.GetInstanceAsync(Id, Stop))!.RuntimeStatus));
    }

    [Theory]
    [InlineData(Running, TaskState.Cancelled)]
    [InlineData(Suspended, TaskState.Cancelled)]
    [InlineData(Completed, TaskState.Completed)]
    [InlineData(Failed, TaskState.Failed)]
    [InlineData(Terminated, TaskState.Cancelled)]
    public async Task A_cancel_ends_what_is_open_and_leaves_alone_what_has_ended(
        OrchestrationRuntimeStatus status, TaskState state)
    {
        await BringToAsync(status);

        Assert.Equal(state, (await host.Engine.CancelAsync(Id, Stop))!.State);
        Assert.Equal(state, (await host.Engine.FindAsync(Id, Stop))!.State);
    }

    [Fact]
    public async Task A_cancel_that_no_worker_takes_up_says_so_and_takes_effect_when_one_comes()
    {
        await BringToAsync(Pending);
        var engine = TestEngine.New(Clients(), new ImpatientTime());

        await Assert.ThrowsAsync<EngineUnavailableException>(() => engine.CancelAsync(Id, Stop));

        await host.StartWorkerAsync();
        Assert.Equal(TaskState.Cancelled, (await host.EndAsync()).State);
        Assert.Equal(0, host.Backend.Bought);
    }

    [Fact]
    public async Task Steps_learn_of_a_cancel_by_asking_and_take_a_purged_task_for_cancelled()
    {
        await BringToAsync(Running);
        var step = new DurableStepContext(Clients(), Id);

        Assert.False(await step.IsCancelledAsync(Stop));
        await host.Engine.CancelAsync(Id, Stop);
        Assert.True(await step.IsCancelledAsync(Stop));
        await host.Client.PurgeInstanceAsync(Id, Stop);
        Assert.True(await step.IsCancelledAsync(Stop));
    }

    [Fact]
    public async Task A_task_of_a_hundred_scenes_shows_each_of_them_while_it_runs()
    {
        host.Backend.Balance = 200;
        _ = Hold("charge 100");
        await host.StartAsync(scenes: 100);

        var task = (await WhenAsync(
            () => host.Engine.FindAsync(Id, Stop),
            one => one!.Progress.Scenes.Count(scene => scene.Status == SceneStatus.Completed) == 98))!;

        Assert.Equal(TaskState.Running, task.State);
        Assert.Equal((SceneStatus.Skipped, SceneReason.FirstScene), (task.Progress.Scenes[0].Status, task.Progress.Scenes[0].Reason));
        Assert.All(task.Progress.Scenes.Skip(1).SkipLast(1), scene => Assert.Equal(
            $"https://store.test/generated-content/scenes/scene_generation-{scene.SceneNumber}-1.png", scene.ImageUrl));
        Assert.Equal(SceneStatus.Generating, task.Progress.Scenes[99].Status);
        held.SetResult();
        Assert.Equal(99, (await host.EndAsync()).Result!.ImagesGenerated);
    }

    /// <summary>The order is that of the hub's times, and not of the starts: its clock may step back between two.</summary>
    [Fact]
    public async Task The_list_leads_through_all_tasks_from_the_newest_and_knows_their_states()
    {
        await host.RunAsync(scenes: 1);
        await host.KillWorkerAsync();
        var started = new List<TaskSnapshot> { (await host.Engine.FindAsync(Id, Stop))! };
        for (var number = 1; number <= 24; number++)
        {
            started.Add(await host.Engine.StartAsync($"task-{number}", EngineHost.Input(2), Stop));
        }

        await host.Client.ScheduleNewOrchestrationInstanceAsync("Other", Stop);
        var pages = new List<TaskPage>();
        do
        {
            pages.Add(await host.Engine.ListAsync(new TaskQuery(null, 10, pages.LastOrDefault()?.NextCursor), Stop));
        }
        while (pages[^1].NextCursor is not null);

        Assert.Equal([10, 10, 5], pages.Select(page => page.Tasks.Count));
        var newestFirst = started.OrderByDescending(task => task.CreatedAt).ThenByDescending(task => task.TaskId, StringComparer.Ordinal);
        Assert.Equal(newestFirst.Select(task => task.TaskId), pages.SelectMany(page => page.Tasks).Select(task => task.TaskId));
        Assert.Equal([Id], await ListedAsync(TaskState.Completed));
        Assert.Equal(24, (await ListedAsync(TaskState.Pending)).Count);
    }

    [Fact]
    public async Task An_instance_of_another_orchestrator_is_no_task()
    {
        await host.Client.ScheduleNewOrchestrationInstanceAsync("Other", input: null, new StartOrchestrationOptions(Id), Stop);

        Assert.Null(await host.Engine.FindAsync(Id, Stop));
    }

    [Fact]
    public async Task A_hub_that_is_gone_makes_the_engine_unavailable()
    {
        await host.KillWorkerAsync();
        await host.Server.StopAsync();

        await Assert.ThrowsAsync<EngineUnavailableException>(() => host.StartAsync(scenes: 2));
        await Assert.ThrowsAsync<EngineUnavailableException>(() => host.Engine.FindAsync(Id, Stop));
        await Assert.ThrowsAsync<EngineUnavailableException>(() => host.Engine.CancelAsync(Id, Stop));
        await Assert.ThrowsAsync<EngineUnavailableException>(() => host.Engine.ListAsync(new TaskQuery(null, 10, null), Stop));
    }

    private async Task BringToAsync(OrchestrationRuntimeStatus status)
    {
        switch (status)
        {
            case Pending:
                await host.KillWorkerAsync();
                await host.StartAsync(scenes: 3);
                return;
            case Completed:
                await host.RunAsync(scenes: 3);
                return;
            case Failed:
                host.Backend.Before = _ => throw new StorageException("no such table", isTransient: false);
                await host.RunAsync(scenes: 3);
                return;
        }

        var reached = Hold("hold");
        await host.StartAsync(scenes: 3);
        await reached.WaitAsync(Patience.Limit, Stop);
        if (status == Suspended)
        {
            await host.Client.SuspendInstanceAsync(Id, cancellation: Stop);
            await WhenAsync(() => host.Client.GetInstanceAsync(Id, Stop), instance => instance!.RuntimeStatus == Suspended);
        }
        else if (status == Terminated)
        {
            await host.Engine.CancelAsync(Id, Stop);
        }
    }

    /// <returns>Done when the act is about to take effect, which it does when the test says so.</returns>
    private Task Hold(string held)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Backend.Before = act =>
        {
            if (act != held)
            {
                return Task.CompletedTask;
            }

            reached.TrySetResult();
            return this.held.Task;
        };
        return reached.Task;
    }

    private static async Task<T> WhenAsync<T>(Func<Task<T>> read, Func<T, bool> isSo)
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        while (true)
        {
            var value = await read();
            if (isSo(value))
            {
                return value;
            }

            await Task.Delay(10, patience.Token);
        }
    }

    private async Task<List<string>> ListedAsync(TaskState state) =>
        [.. (await host.Engine.ListAsync(new TaskQuery(state, 100, null), Stop)).Tasks.Select(task => task.TaskId)];

    private DurableClients Clients() => new(TimeProvider.System) { Current = host.Client };
}
