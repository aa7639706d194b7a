using System.Collections.Concurrent;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Telemetry;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Local.Engine;

/// <summary>
/// Runs workflows in this process, with a journal in SQLite. A task and each finished step are on disk before anything depends
/// on them, and a restart continues from there.
/// </summary>
internal sealed class EmbeddedTaskEngine : ITaskEngine
{
    /// <summary>A running task needs about 20 KiB besides its requests for images. Tasks over this limit wait, as ids only.</summary>
    public const int DefaultMaxRunningTasks = 1000;

    /// <summary>Tasks removed per write; few, so that other writes do not wait for long.</summary>
    private const int ForgottenAtOnce = 50;

    /// <summary>The replays of so many waiting tasks are kept for the next reader.</summary>
    private const int MaxReplayed = 1000;

    private static readonly TimeSpan WaitingPoll = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, TaskActor> actors = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, WorkflowProgress> replayed = new(StringComparer.Ordinal);
    private readonly TaskStore tasks;
    private readonly StepWorker steps;
    private readonly WorkflowVersions versions;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly BackgroundWork background;
    private readonly RunQueue queue;
    private long lastBefore;

    public EmbeddedTaskEngine(
        TaskStore tasks,
        StepWorker steps,
        WorkflowVersions versions,
        TimeProvider time,
        ILogger<EmbeddedTaskEngine> logger,
        int maxRunningTasks = DefaultMaxRunningTasks)
    {
        (this.tasks, this.steps, this.versions, this.time, this.logger) = (tasks, steps, versions, time, logger);
        background = new BackgroundWork(steps, time, logger);
        queue = new RunQueue(maxRunningTasks, TakeTurn);
        lastBefore = tasks.LastSeq();
    }

    /// <summary>Tasks that are in memory now.</summary>
    internal int RunningTasks => actors.Count;

    /// <summary>Continues every task that a stop or a crash left unfinished, oldest first.</summary>
    public void Resume() => background.Run("(all)", async () =>
    {
        var (unfinished, open) = await background.UntilReadAsync("(all)", () => (tasks.Unsettled(), tasks.CountOpenByVersion()));
        if (unfinished.Count > 0)
        {
            EngineLog.Resuming(logger, unfinished.Count);
        }

        foreach (var (version, count) in open.Where(one => !versions.Has(one.Key)))
        {
            EngineLog.WaitingForVersion(logger, count, version, versions);
        }

        foreach (var taskId in unfinished)
        {
            queue.Enqueue(taskId);
        }
    });

    /// <summary>Ends the spans of tasks that the next start continues. A crash loses them, but not those of their steps.</summary>
    public void EndSpans()
    {
        foreach (var actor in actors.Values)
        {
            actor.EndSpan();
        }
    }

    public Task<TaskSnapshot> StartAsync(string taskId, SaveScenarioInput input, CancellationToken cancellationToken) =>
        GuardedAsync(async () =>
        {
            if (steps.Stopping.IsCancellationRequested)
            {
                throw new EngineUnavailableException("The service is stopping and accepts no new tasks.");
            }

            if (SnapshotOf(taskId) is { } known)
            {
                return known;
            }

            var task = input.ToPendingTask(taskId, versions.Current, time.GetUtcNow());
            input = input with { TraceParent = ServiceTelemetry.CurrentTraceParent };
            if (queue.TryEnter(taskId))
            {
                if (TryAddActor(taskId, out var actor))
                {
                    return await actor.StartAsync(task, input, cancellationToken) ? task : SnapshotOf(tasks.Find(taskId)!);
                }

                queue.Release(taskId);
            }

            return await EnqueueAsync(task, input, cancellationToken);
        });

    public Task<TaskSnapshot?> FindAsync(string taskId, CancellationToken cancellationToken) =>
        GuardedAsync(() => Task.FromResult(
            SnapshotOf(taskId) ?? (tasks.Find(taskId) is { } row ? SnapshotOf(row) : null)));

    public Task<int> CountOpenAsync(string userId, CancellationToken cancellationToken) =>
        GuardedAsync(() => Task.FromResult(tasks.CountOpen(userId)));

    public Task<IReadOnlyDictionary<int, int>> CountOpenByVersionAsync(CancellationToken cancellationToken) =>
        GuardedAsync(() => Task.FromResult(tasks.CountOpenByVersion()));

    /// <summary>Polls a waiting task, as it has no actor yet.</summary>
    public async Task WaitForChangeAsync(TaskSnapshot known, CancellationToken cancellationToken)
    {
        if (!actors.TryGetValue(known.TaskId, out var actor))
        {
            await Task.Delay(WaitingPoll, time, cancellationToken);
            return;
        }

        var change = actor.NextChange;
        if (actor.Snapshot is null || ReferenceEquals(actor.Snapshot, known))
        {
            await change.WaitAsync(cancellationToken);
        }
    }

    public Task<TaskPage> ListAsync(TaskQuery query, CancellationToken cancellationToken) =>
        GuardedAsync(() => Task.FromResult(TaskLister.List(tasks, query, SnapshotOf)));

    public Task<TaskSnapshot?> CancelAsync(string taskId, CancellationToken cancellationToken) =>
        GuardedAsync<TaskSnapshot?>(async () =>
        {
            if (actors.TryGetValue(taskId, out var actor))
            {
                return await actor.CancelAsync();
            }

            var row = tasks.Find(taskId);
            return row is { IsOpen: true } ? await CancelWaitingAsync(taskId) : row?.Snapshot;
        });

    public Task<int> ForgetAsync(DateTimeOffset endedBefore, CancellationToken cancellationToken) => GuardedAsync(async () =>
    {
        var removed = 0;
        while (await Task.Run(() => tasks.EndedBefore(endedBefore, ForgottenAtOnce), cancellationToken) is { Count: > 0 } ended)
        {
            var (count, lastSeq) = await tasks.RemoveAsync(ended, cancellationToken);
            Interlocked.Exchange(ref lastBefore, Math.Min(Interlocked.Read(ref lastBefore), lastSeq)); // SQLite reuses the numbers
            removed += count;
        }

        return removed;
    });

    public Task<TaskSnapshot?> ResumeAsync(string taskId, CancellationToken cancellationToken) =>
        GuardedAsync(async () =>
        {
            if (tasks.Find(taskId) is { Snapshot.State: TaskState.Failed } failed)
            {
                // Its actor is about to leave: a turn that comes before that would be lost.
                while (actors.ContainsKey(taskId))
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(1), time, cancellationToken);
                }

                try
                {
                    await tasks.ReopenAsync(failed.Seq, time.GetUtcNow());
                }
                finally
                {
                    queue.Enqueue(taskId); // a write that failed may be on disk; and an extra turn does no harm
                }
            }

            return SnapshotOf(taskId) ?? (tasks.Find(taskId) is { } row ? SnapshotOf(row) : null);
        });

    /// <summary>Waits until a running task has ended. Returns a task that has already ended at once.</summary>
    public async Task<TaskSnapshot?> WaitAsync(string taskId, CancellationToken cancellationToken) =>
        actors.TryGetValue(taskId, out var actor)
            ? await actor.Ended.WaitAsync(cancellationToken)
            : tasks.Find(taskId)?.Snapshot;

    /// <summary>
    /// Writes a task that has to wait for its turn. If it was there already, or the write failed, it may be on disk with nobody to
    /// run it, so it is queued in any case: an extra turn does no harm.
    /// </summary>
    private async Task<TaskSnapshot> EnqueueAsync(
        TaskSnapshot task, SaveScenarioInput input, CancellationToken cancellationToken)
    {
        try
        {
            var isNew = await tasks.InsertAsync(task, TaskRecords.Serialize(input), cancellationToken) is not null;
            return isNew ? task : SnapshotOf(tasks.Find(task.TaskId)!);
        }
        finally
        {
            queue.Enqueue(task.TaskId);
        }
    }

    /// <summary>Starts a waiting task whose turn has come, unless it is already running or has ended.</summary>
    private void TakeTurn(string taskId) => background.Run(taskId, async () =>
    {
        await Task.Yield();
        if (TryAddActor(taskId, out var actor))
        {
            actor.Open();
        }
        else
        {
            queue.Release(taskId);
        }
    });

    /// <summary>Cancels a waiting task at once, before its turn.</summary>
    private Task<TaskSnapshot> CancelWaitingAsync(string taskId)
    {
        queue.Enter(taskId);
        var isNew = TryAddActor(taskId, out var actor);
        var cancelled = actor.CancelAsync(); // before the actor opens, so that no step starts
        if (isNew)
        {
            actor.Open();
        }
        else
        {
            queue.Release(taskId);
        }

        return cancelled;
    }

    /// <param name="taskId">A task that has a place in the queue.</param>
    /// <param name="actor">The new actor, or the existing one.</param>
    /// <returns>Whether the actor is new.</returns>
    private bool TryAddActor(string taskId, out TaskActor actor)
    {
        var added = new TaskActor(taskId, tasks, steps, versions, background, time, logger, IsContinued, Release);
        actor = actors.GetOrAdd(taskId, added);
        replayed.TryRemove(taskId, out _);
        if (actor != added)
        {
            return false;
        }

        ServiceMetrics.ActiveTasksChanged(1);
        return true;
    }

    /// <summary>Whether the task's spans are in the trace of an earlier run of it.</summary>
    private bool IsContinued(TaskRecords records) =>
        records.Input?.IsResumed == true || records.Row.Seq <= Interlocked.Read(ref lastBefore);

    private void Release(TaskActor actor)
    {
        // A task that waits for its version leaves when it is found, and again when it is cancelled at that moment.
        if (actors.TryRemove(KeyValuePair.Create(actor.TaskId, actor)))
        {
            ServiceMetrics.ActiveTasksChanged(-1);
            queue.Release(actor.TaskId);
        }
    }

    /// <summary>The current state of a running task.</summary>
    private TaskSnapshot? SnapshotOf(string taskId) => actors.TryGetValue(taskId, out var actor) ? actor.Snapshot : null;

    /// <summary>
    /// The current state of a row's task. Its actor is asked first, so that two reads never show the disk's older state in between.
    /// Without an actor, an open task is as far as its journal.
    /// </summary>
    private TaskSnapshot SnapshotOf(TaskRow row)
    {
        var taskId = row.Snapshot.TaskId;
        if (SnapshotOf(taskId) is { } current)
        {
            return current;
        }

        if (!row.IsOpen)
        {
            return row.Snapshot;
        }

        // A poller never sees a task go backwards, even over a restart: the replay leads the task to where it was.
        var waiting = row.Snapshot;
        if (!versions.Has(waiting.WorkflowVersion))
        {
            waiting = waiting.Waiting(versions);
        }
        else if (row.Seq <= Interlocked.Read(ref lastBefore))
        {
            waiting = waiting.Running(ReplayedProgressOf(row), waiting.UpdatedAt);
        }

        // An actor may have come, or have come and gone, since the row was read. The end on disk counts only once it has gone.
        var now = tasks.Find(taskId);
        return SnapshotOf(taskId) ?? (now is { IsOpen: false } ended ? ended.Snapshot : waiting);
    }

    /// <summary>How far a task came before the restart. It stays there while it waits.</summary>
    private WorkflowProgress ReplayedProgressOf(TaskRow row)
    {
        var taskId = row.Snapshot.TaskId;
        if (replayed.TryGetValue(taskId, out var known))
        {
            return known;
        }

        var execution = new WorkflowExecution(taskId, versions);
        execution.Replay(TaskRecords.Read(tasks, row));
        if (replayed.Count < MaxReplayed)
        {
            replayed[taskId] = execution.Progress;
        }

        return execution.Progress;
    }

    private static async Task<T> GuardedAsync<T>(Func<Task<T>> act)
    {
        try
        {
            return await act();
        }
        catch (StorageException exception)
        {
            throw new EngineUnavailableException(exception.Message, exception);
        }
    }
}
