using ScenarioFunctions.Chaos;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Engines;

/// <summary>What is left of tasks that ended long ago, on either engine.</summary>
public abstract class RetentionScenarios(EngineHost host) : IAsyncLifetime
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Tasks_that_ended_before_then_are_forgotten_and_open_ones_stay()
    {
        var release = new TaskCompletionSource();
        host.Backend.Before = act => act == "save_scenes" ? throw new StorageException("no", isTransient: false) : Task.CompletedTask;
        await StartAsync("failed", TaskState.Failed);
        host.Backend.Before = act => act == "hold" ? release.Task : Task.CompletedTask;
        await StartAsync("cancelled", TaskState.Running);
        await host.Engine.CancelAsync("cancelled", Stop);
        release.SetResult();
        host.Backend.Before = _ => Task.CompletedTask;
        await StartAsync("completed", TaskState.Completed);
        host.Backend.Before = act => act == "hold" ? new TaskCompletionSource().Task : Task.CompletedTask;
        await StartAsync("running", TaskState.Running);
        var tasks = (await host.Engine.ListAsync(new TaskQuery(null, 100, null), Stop)).Tasks;

        Assert.Equal(0, await host.Engine.ForgetAsync(tasks.Min(task => task.UpdatedAt), Stop));

        var forgotten = 0;
        await Patience.UntilAsync(
            async () => (forgotten += await host.Engine.ForgetAsync(tasks.Max(task => task.UpdatedAt).AddDays(1), Stop)) == 3,
            () => $"{forgotten} tasks are forgotten.",
            Stop);
        Assert.Equal(["running"], (await host.Engine.ListAsync(new TaskQuery(null, 100, null), Stop)).Tasks.Select(task => task.TaskId));
        Assert.Null(await host.Engine.FindAsync("completed", Stop));
    }

    [Fact]
    public async Task What_a_forgotten_task_saved_stays_and_its_key_starts_a_new_task()
    {
        var first = await host.RunAsync(3);
        var saved = host.Backend.Scenes.Count;

        await host.Engine.ForgetAsync(first.UpdatedAt.AddDays(1), Stop);
        var again = await host.StartAsync(3);

        Assert.Equal(3, saved);
        Assert.Equal(saved, host.Backend.Scenes.Count);
        Assert.NotEqual(TaskState.Completed, again.State);
        Assert.Equal(TaskState.Completed, (await host.EndAsync()).State);
    }

    private async Task StartAsync(string id, TaskState until)
    {
        await host.Engine.StartAsync(id, EngineHost.Input(3), Stop);
        await Patience.UntilAsync(
            async () => (await host.Engine.FindAsync(id, Stop))?.State == until, () => $"{id} is not {until}", Stop);
    }
}
