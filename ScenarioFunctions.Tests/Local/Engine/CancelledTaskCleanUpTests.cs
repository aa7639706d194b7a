using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Local.Engine;
using ScenarioFunctions.Local.Storage;
using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Local.Engine;

/// <summary>A cancel that comes between a step's end and its record, or while the database is down: nothing is left behind.</summary>
public sealed class CancelledTaskCleanUpTests : IAsyncLifetime
{
    private readonly EmbeddedEngineHost host;
    private HeldTable? table;

    public CancelledTaskCleanUpTests() =>
        host = new EmbeddedEngineHost(database => table = new HeldTable(database));

    private Backend Backend => host.Backend;

    public async ValueTask InitializeAsync()
    {
        Backend.Generate = _ => Backend.Open;
        // The clock does not wait, so a generation would time out before a busy machine comes to cancel it.
        host.Service = new ServiceSettings { ImageStepBudget = TimeSpan.FromSeconds(30), ImageTimeout = TimeSpan.FromDays(365) };
        await host.InitializeAsync();
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_scene_that_waits_for_its_next_step_is_cancelled_at_RunwayML_and_ended()
    {
        await CancelAtTheImageStepsRecordAsync();
        await UntilSettledAsync();

        AssertCancelledWith("generation-2-1");
    }

    [Fact]
    public async Task An_order_that_the_database_did_not_take_is_cancelled_at_RunwayML_and_recorded()
    {
        var isDown = true;
        Backend.Before = act => act == "update 2" && isDown ? Down() : Task.CompletedTask;

        await CancelAtTheImageStepsRecordAsync(meanwhile: () => isDown = false);
        await UntilSettledAsync();

        AssertCancelledWith("generation-2-1");
    }

    [Fact]
    public async Task A_scene_whose_step_failed_for_good_before_the_cancel_is_ended_too()
    {
        Backend.Before = act => act == "find 2" && Backend.Count(act) == 2
            ? Task.FromException(new StorageException("no such column", isTransient: false)) : Task.CompletedTask;
        await host.StartAsync(scenes: 3);
        await host.UntilAsync(() => Backend.Count("find 2") == 2 && Backend.Count("find 3") > 3);

        await host.Engine.CancelAsync(EngineHost.TaskId, CancellationToken.None);
        await UntilSettledAsync();

        AssertCancelledWith("generation-2-1");
        Assert.Equal(SceneStatus.Cancelled, Backend.StateOf(EngineHost.TaskId, 3).Status);
    }

    [Theory]
    [InlineData("release")]
    [InlineData("list_scenes")]
    [InlineData("end_pending")]
    [InlineData("find 2")]
    public async Task A_database_that_is_down_for_long_is_waited_out(string act)
    {
        var failures = 40;
        Backend.Before = one => one == act && failures-- > 0 && Backend.Count("get 2") > 0 ? Down() : Task.CompletedTask;

        await CancelAtTheImageStepsRecordAsync();
        await UntilSettledAsync();

        AssertCancelledWith("generation-2-1");
        Assert.InRange(failures, int.MinValue, 0);
    }

    [Fact]
    public async Task A_host_that_dies_before_the_clean_up_leaves_it_to_the_next_start()
    {
        Backend.Before = act => act is "release" ? Down() : Task.CompletedTask;
        await host.StartAsync(scenes: 2);
        await host.UntilAsync(() => Backend.Count("get 2") > 0);
        await host.Engine.CancelAsync(EngineHost.TaskId, CancellationToken.None);
        await host.UntilAsync(() => Backend.Count("release") > 2);
        Backend.Crash();
        Backend.Before = _ => Task.CompletedTask;

        await host.RestartAsync();
        await UntilSettledAsync();

        AssertCancelledWith("generation-2-1");
    }

    /// <summary>The step says that it is to be called again; before that is on disk, the cancel is.</summary>
    private async Task CancelAtTheImageStepsRecordAsync(Action? meanwhile = null)
    {
        table!.Holds = entry => entry.Step == "GenerateSceneImage";
        await host.StartAsync(scenes: 2);
        await host.UntilAsync(() => table.IsHolding);
        await host.Engine.CancelAsync(EngineHost.TaskId, CancellationToken.None);
        meanwhile?.Invoke();
        table.GoOn();
    }

    private Task UntilSettledAsync() => host.UntilAsync(() => table!.Unsettled().Count == 0);

    private void AssertCancelledWith(string generation)
    {
        var scene = Backend.StateOf(EngineHost.TaskId, 2);
        Assert.Equal((SceneStatus.Cancelled, generation), (scene.Status, scene.GenerationId));
        Assert.Contains(generation, Backend.CancelledGenerations);
        Assert.Equal((0, 100), (Backend.Holds.Count, Backend.Balance));
    }

    private static Task Down() => Task.FromException(new StorageException("connection refused", isTransient: true));

    /// <summary>Holds up the first record that it is told to, until it is to go on.</summary>
    private sealed class HeldTable(LocalDatabase database) : TaskStore(database)
    {
        private readonly TaskCompletionSource goesOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Predicate<JournalEntry> Holds { get; set; } = _ => false;

        public bool IsHolding { get; private set; }

        public void GoOn() => goesOn.SetResult();

        public override async Task AppendAsync(long seq, JournalEntry entry)
        {
            if (Holds(entry))
            {
                IsHolding = true;
                await goesOn.Task;
            }

            await base.AppendAsync(seq, entry);
        }
    }
}
