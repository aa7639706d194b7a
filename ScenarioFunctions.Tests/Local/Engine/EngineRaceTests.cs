using ScenarioFunctions.Chaos;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Local.Engine;
using ScenarioFunctions.Local.Storage;
using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Local.Engine;

/// <summary>Requests that read the database just before a run ends, and go on just after.</summary>
public sealed class EngineRaceTests : IAsyncLifetime
{

    private readonly TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly EmbeddedEngineHost host;
    private StallingReads reads = null!;

    public EngineRaceTests()
    {
        host = new EmbeddedEngineHost(database => reads = new StallingReads(database));
        host.Backend.Before = act => act == "hold" ? release.Task : Task.CompletedTask;
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_list_that_read_a_running_task_never_shows_it_as_pending()
    {
        await StartAsync();
        var stall = reads.StallList();
        var listing = Task.Run(() => host.Engine.ListAsync(new TaskQuery(null, 10, null), Stop), Stop);
        await stall.Reached.Task.WaitAsync(Patience.Limit, Stop);
        await CompleteAsync();
        stall.GoOn.SetResult();

        var listed = Assert.Single((await listing.WaitAsync(Patience.Limit, Stop)).Tasks);
        Assert.Equal((TaskState.Completed, 100), (listed.State, listed.Progress.Percent));
    }

    [Fact]
    public async Task A_cancel_that_meets_a_run_about_to_be_dropped_says_that_the_task_completed()
    {
        await StartAsync();
        var repeat = reads.StallFind();
        var repeated = Task.Run(() => host.StartAsync(2), Stop); // the row is open
        await repeat.Reached.Task.WaitAsync(Patience.Limit, Stop);
        await CompleteAsync();
        var relaunch = reads.StallFind(skip: 1);
        repeat.GoOn.SetResult();
        await relaunch.Reached.Task.WaitAsync(Patience.Limit, Stop);

        var cancelled = await host.Engine.CancelAsync(EngineHost.TaskId, Stop).WaitAsync(Patience.Limit, Stop);

        relaunch.GoOn.SetResult();
        await repeated.WaitAsync(Patience.Limit, Stop); // on a busy machine it is the one held up
        Assert.Equal(TaskState.Completed, cancelled!.State);
    }

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    private async Task StartAsync()
    {
        await host.StartAsync(2);
        await host.UntilAsync(() => host.Backend.Count("hold") == 1);
    }

    private async Task CompleteAsync()
    {
        release.SetResult();
        await host.UntilAsync(() => ((EmbeddedTaskEngine)host.Engine).RunningTasks == 0);
    }

    private sealed class Stall
    {
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource GoOn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Skip { get; set; }

        public void Hold()
        {
            Reached.SetResult();
            GoOn.Task.Wait(Stop);
        }
    }

    /// <summary>Holds a read up once it has its answer.</summary>
    private sealed class StallingReads(LocalDatabase database) : TaskTable(database)
    {
        private Stall? find;
        private Stall? list;

        public Stall StallFind(int skip = 0) => find = new Stall { Skip = skip };

        public Stall StallList() => list = new Stall();

        public override TaskRow? Find(string taskId)
        {
            var row = base.Find(taskId);
            if (find is { } stall && stall.Skip-- == 0)
            {
                find = null;
                stall.Hold();
            }

            return row;
        }

        public override IReadOnlyList<TaskRow> List(long before, TaskState? state, int limit)
        {
            var rows = base.List(before, state, limit);
            Interlocked.Exchange(ref list, null)?.Hold();
            return rows;
        }
    }
}
