using System.Collections.Concurrent;
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
        host = new EmbeddedEngineHost(database => reads = new StallingReads(database), maxRunningTasks: 1);
        host.Backend.Before = act => act == "hold" ? release.Task : Task.CompletedTask;
    }

    private EmbeddedTaskEngine Engine => (EmbeddedTaskEngine)host.Engine;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_list_that_read_a_running_task_never_shows_it_as_pending()
    {
        await StartAsync();
        var stall = reads.StallList();
        var listing = Task.Run(() => host.Engine.ListAsync(new TaskQuery(null, 10, null), Stop), Stop);
        await stall.Reached.Task.WaitAsync(Patience.Limit, Stop);
        await CompleteAsync(EngineHost.TaskId);
        stall.GoOn.SetResult();

        var listed = Assert.Single((await listing.WaitAsync(Patience.Limit, Stop)).Tasks);
        Assert.Equal((TaskState.Completed, 100), (listed.State, listed.Progress.Percent));
    }

    [Fact]
    public async Task After_a_restart_a_waiting_task_is_replayed_once_for_all_lists()
    {
        await StartAsync();
        await host.Engine.StartAsync("waiting", EngineHost.Input(2), Stop);
        await host.RestartAsync();
        var waiting = reads.Find("waiting")!.Seq;

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(2, (await host.Engine.ListAsync(new TaskQuery(null, 10, null), Stop)).Tasks.Count);
        }

        Assert.Equal(1, reads.Journals.Count(seq => seq == waiting));
        release.SetResult();
        await Patience.UntilAsync(
            async () => (await host.Engine.ListAsync(new TaskQuery(TaskState.Completed, 10, null), Stop)).Tasks.Count == 2,
            () => "The list shows what was replayed, not how the tasks went on.",
            Stop);
    }

    [Fact]
    public async Task Cancels_that_meet_a_waiting_task_while_it_completes_say_that_it_completed()
    {
        const string waiting = "waiting";
        await StartAsync();
        await host.Engine.StartAsync(waiting, EngineHost.Input(2), Stop);
        var look = reads.StallFind();
        var first = Task.Run(() => host.Engine.CancelAsync(waiting, Stop), Stop); // the row is open
        await look.Reached.Task.WaitAsync(Patience.Limit, Stop);
        await CompleteAsync(waiting);
        var opening = reads.StallFind();
        look.GoOn.SetResult();
        await opening.Reached.Task.WaitAsync(Patience.Limit, Stop);
        var second = host.Engine.CancelAsync(waiting, Stop); // meets an actor that is about to be dropped
        opening.GoOn.SetResult();

        Assert.Equal(TaskState.Completed, (await first.WaitAsync(Patience.Limit, Stop))!.State);
        Assert.Equal(TaskState.Completed, (await second.WaitAsync(Patience.Limit, Stop))!.State);
        await host.UntilAsync(() => Engine.RunningTasks == 0);
    }

    [Fact]
    public async Task A_task_whose_end_is_on_disk_but_not_yet_told_is_not_shown_as_ended_and_then_as_running()
    {
        const string waiting = "waiting";
        await StartAsync();
        await host.Engine.StartAsync(waiting, EngineHost.Input(2), Stop);
        var end = reads.StallEnd(reads.Find(waiting)!.Seq);
        var second = reads.StallFindBefore(skip: 1);
        var first = Task.Run(() => host.Engine.FindAsync(waiting, Stop), Stop); // the row is open, and nothing runs it
        await second.Reached.Task.WaitAsync(Patience.Limit, Stop);
        release.SetResult();
        await end.Reached.Task.WaitAsync(Patience.Limit, Stop);
        second.GoOn.SetResult();

        var earlier = await first.WaitAsync(Patience.Limit, Stop);
        var later = await host.Engine.FindAsync(waiting, Stop);
        end.GoOn.SetResult();

        Assert.Equal((TaskState.Running, TaskState.Running), (earlier!.State, later!.State));
        Assert.InRange(later.Progress.Percent, earlier.Progress.Percent, 100);
        await host.UntilAsync(() => Engine.RunningTasks == 0);
    }

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    private async Task StartAsync()
    {
        await host.StartAsync(2);
        await host.UntilAsync(() => host.Backend.Count("hold") == 1);
    }

    private async Task CompleteAsync(string last)
    {
        release.SetResult();
        await Patience.UntilAsync(
            async () => (await host.Engine.FindAsync(last, Stop))!.State.IsFinal() && Engine.RunningTasks == 0,
            () => $"{last} has not ended.",
            Stop);
    }

    private sealed class Stall
    {
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource GoOn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Hold()
        {
            Reached.SetResult();
            GoOn.Task.Wait(Stop);
        }
    }

    /// <summary>Holds a read, or the write of an end, up once it has its answer, or before.</summary>
    private sealed class StallingReads(LocalDatabase database) : TaskStore(database)
    {
        private Stall? find;
        private Stall? findBefore;
        private Stall? list;
        private (long Seq, Stall Stall)? end;
        private int skipped;

        public ConcurrentQueue<long> Journals { get; } = [];

        public override IReadOnlyList<JournalEntry> Journal(long seq)
        {
            Journals.Enqueue(seq);
            return base.Journal(seq);
        }

        public Stall StallFind() => find = new Stall();

        /// <summary>Holds a read up before it reads, after so many others.</summary>
        public Stall StallFindBefore(int skip)
        {
            skipped = skip;
            return findBefore = new Stall();
        }

        public Stall StallEnd(long seq)
        {
            var stall = new Stall();
            end = (seq, stall);
            return stall;
        }

        public Stall StallList() => list = new Stall();

        public override TaskRow? Find(string taskId)
        {
            if (Interlocked.Decrement(ref skipped) < 0)
            {
                Interlocked.Exchange(ref findBefore, null)?.Hold();
            }

            var row = base.Find(taskId);
            Interlocked.Exchange(ref find, null)?.Hold();
            return row;
        }

        public override async Task<bool> EndAsync(long seq, TaskSnapshot task, bool settled)
        {
            var ended = await base.EndAsync(seq, task, settled);
            if (end is { } held && held.Seq == seq)
            {
                held.Stall.Reached.SetResult();
                await held.Stall.GoOn.Task;
            }

            return ended;
        }

        public override IReadOnlyList<TaskRow> List(long before, TaskQuery query, int limit)
        {
            var rows = base.List(before, query, limit);
            Interlocked.Exchange(ref list, null)?.Hold();
            return rows;
        }
    }
}
