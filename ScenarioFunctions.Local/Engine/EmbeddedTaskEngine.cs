using System.Collections.Concurrent;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Local.Engine;

/// <summary>
/// Runs workflows in this process, with a journal in SQLite: a task and each finished step are on disk before
/// anything depends on them, and a restart goes on from there.
/// </summary>
internal sealed class EmbeddedTaskEngine : ITaskEngine
{
    /// <summary>A task under way costs some 20 KiB and its images' requests; more than this wait as ids.</summary>
    public const int DefaultMaxRunningTasks = 1000;

    /// <summary>Few enough that the writer's other callers do not wait for long.</summary>
    private const int ForgottenAtOnce = 50;

    private static readonly TimeSpan WaitingPoll = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, TaskActor> actors = new(StringComparer.Ordinal);
    private readonly TaskStore tasks;
    private readonly StepWorker steps;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly BackgroundWork background;
    private readonly RunQueue queue;
    private long lastBefore;

    public EmbeddedTaskEngine(
        TaskStore tasks,
        StepWorker steps,
        TimeProvider time,
        ILogger<EmbeddedTaskEngine> logger,
        int maxRunningTasks = DefaultMaxRunningTasks)
    {
        (this.tasks, this.steps, this.time, this.logger) = (tasks, steps, time, logger);
        background = new BackgroundWork(steps, time, logger);
        queue = new RunQueue(maxRunningTasks, TakeTurn);
        lastBefore = tasks.LastSeq();
    }

    /// <summary>Tasks that hold memory now.</summary>
    public int RunningTasks => actors.Count;

    /// <summary>Goes on with every task that a stop or a crash left unfinished, oldest first.</summary>
    public void Resume() => background.Run("(all)", async () =>
    {
        var unfinished = await background.UntilReadAsync("(all)", tasks.Unsettled);
        if (unfinished.Count > 0)
        {
            EngineLog.Resuming(logger, unfinished.Count);
        }

        foreach (var taskId in unfinished)
        {
            queue.Enqueue(taskId);
        }
    });

    public Task<TaskSnapshot> StartAsync(string taskId, SaveScenarioInput input, CancellationToken cancellationToken) =>
        GuardedAsync(async () =>
        {
            if (steps.Stopping.IsCancellationRequested)
            {
                throw new EngineUnavailableException("The service is stopping and takes no new work.");
            }

            if (SnapshotOf(taskId) is { } known)
            {
                return known;
            }

            var task = input.ToPendingTask(taskId, time.GetUtcNow());
            if (queue.TryEnter())
            {
                if (TryAddActor(taskId, out var actor))
                {
                    return await actor.StartAsync(task, input, cancellationToken) ? task : SnapshotOf(tasks.Find(taskId)!);
                }

                queue.Release();
            }

            return await EnqueueAsync(task, input, cancellationToken);
        });

    public Task<TaskSnapshot?> FindAsync(string taskId, CancellationToken cancellationToken) =>
        GuardedAsync(() => Task.FromResult(
            SnapshotOf(taskId) ?? (tasks.Find(taskId) is { } row ? SnapshotOf(row) : null)));

    public Task<int> CountOpenAsync(string userId, CancellationToken cancellationToken) =>
        GuardedAsync(() => Task.FromResult(tasks.CountOpen(userId)));

    /// <summary>A task that waits for its turn, without an actor, is polled.</summary>
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
            Interlocked.Exchange(ref lastBefore, Math.Min(Interlocked.Read(ref lastBefore), lastSeq)); // SQLite gives the numbers out again
            removed += count;
        }

        return removed;
    });

    /// <summary>Waits until a task under way has ended; one that has is returned at once.</summary>
    public async Task<TaskSnapshot?> WaitAsync(string taskId, CancellationToken cancellationToken) =>
        actors.TryGetValue(taskId, out var actor)
            ? await actor.Ended.WaitAsync(cancellationToken)
            : tasks.Find(taskId)?.Snapshot;

    /// <summary>
    /// Writes a task that has to wait for its turn. One that was there already, or that the disk refused, may be on disk
    /// without anybody who runs it: a turn too many does no harm.
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

    /// <summary>The turn of a waiting task has come; one that is under way already, or has ended, needs none.</summary>
    private void TakeTurn(string taskId) => background.Run(taskId, async () =>
    {
        await Task.Yield();
        if (TryAddActor(taskId, out var actor))
        {
            actor.Open();
        }
        else
        {
            queue.Release();
        }
    });

    /// <summary>A cancel does not wait for the task's turn.</summary>
    private Task<TaskSnapshot> CancelWaitingAsync(string taskId)
    {
        queue.Enter();
        var isNew = TryAddActor(taskId, out var actor);
        var cancelled = actor.CancelAsync(); // asked before it opens, so that no step starts
        if (isNew)
        {
            actor.Open();
        }
        else
        {
            queue.Release();
        }

        return cancelled;
    }

    /// <param name="taskId">The caller has a place for it in the queue.</param>
    /// <param name="actor">The new one, or the one that is there.</param>
    /// <returns>Whether it is new.</returns>
    private bool TryAddActor(string taskId, out TaskActor actor)
    {
        var added = new TaskActor(taskId, tasks, steps, background, time, logger, Release);
        actor = actors.GetOrAdd(taskId, added);
        return actor == added;
    }

    private void Release(TaskActor actor)
    {
        actors.TryRemove(actor.TaskId, out _);
        queue.Release();
    }

    /// <summary>A task under way, as of now.</summary>
    private TaskSnapshot? SnapshotOf(string taskId) => actors.TryGetValue(taskId, out var actor) ? actor.Snapshot : null;

    /// <summary>
    /// A row's task as of now. Its actor comes first, so that whoever looks twice is not told of the disk's word in
    /// between; without one an open task has come as far as its journal.
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

        // No poller sees a task go back, whatever it saw before a restart: a task goes on where its replay leads.
        var waiting = row.Snapshot;
        if (row.Seq <= Interlocked.Read(ref lastBefore))
        {
            var execution = new WorkflowExecution(taskId);
            execution.Replay(TaskRecords.Read(tasks, row));
            waiting = waiting.Running(execution.Progress, waiting.UpdatedAt);
        }

        return tasks.Find(taskId) is { IsOpen: false } ended ? ended.Snapshot : waiting; // ended since the row was read
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
