using System.Collections.Concurrent;
using System.Text.Json;
using ScenarioFunctions.Core;
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

    private readonly ConcurrentDictionary<string, WorkflowRun> runs = new(StringComparer.Ordinal);
    private readonly TaskTable tasks;
    private readonly RunServices services;
    private readonly RunQueue queue;
    private readonly long lastBefore;

    public EmbeddedTaskEngine(
        TaskTable tasks,
        StepExecutor executor,
        TimeProvider time,
        ILogger<EmbeddedTaskEngine> logger,
        int maxRunningTasks = DefaultMaxRunningTasks)
    {
        this.tasks = tasks;
        services = new RunServices(tasks, executor, time, logger, Release);
        queue = new RunQueue(maxRunningTasks, Launch);
        lastBefore = tasks.LastSeq();
    }

    /// <summary>Tasks that hold memory now.</summary>
    public int RunningTasks => runs.Count;

    /// <summary>Goes on with every task that a stop or a crash left unfinished, oldest first.</summary>
    public void Resume() => services.Detach("(all)", async () =>
    {
        var unfinished = await services.UntilReadAsync("(all)", tasks.Unsettled);
        if (unfinished.Count > 0)
        {
            EngineLog.Resuming(services.Logger, unfinished.Count);
        }

        foreach (var taskId in unfinished)
        {
            queue.Enqueue(taskId);
        }
    });

    public Task<TaskSnapshot> StartAsync(string taskId, SaveScenarioInput input, CancellationToken cancellationToken) =>
        GuardedAsync(async () =>
        {
            if (services.Executor.Stopping.IsCancellationRequested)
            {
                throw new EngineUnavailableException("The service is stopping and takes no new work.");
            }

            var snapshot = TaskRow.NewSnapshot(taskId, input, services.Time.GetUtcNow());
            var bytes = JsonSerializer.SerializeToUtf8Bytes(input, CoreJson.Default.SaveScenarioInput);
            if (await tasks.InsertAsync(snapshot, bytes, cancellationToken) is not { } seq)
            {
                return Repeated(taskId);
            }

            Launch(new TaskRow(seq, IsOpen: true, snapshot), input);
            return snapshot;
        });

    public Task<TaskSnapshot?> FindAsync(string taskId, CancellationToken cancellationToken) =>
        GuardedAsync(() => Task.FromResult(
            runs.TryGetValue(taskId, out var run) ? run.Snapshot
            : tasks.Find(taskId) is { } row ? SnapshotOf(row)
            : null));

    public Task<TaskPage> ListAsync(TaskQuery query, CancellationToken cancellationToken) =>
        GuardedAsync(() => Task.FromResult(TaskLister.List(tasks, query, SnapshotOf)));

    public Task<TaskSnapshot?> CancelAsync(string taskId, CancellationToken cancellationToken) =>
        GuardedAsync<TaskSnapshot?>(async () =>
        {
            if (runs.TryGetValue(taskId, out var running))
            {
                return await running.CancelAsync();
            }

            if (tasks.Find(taskId) is not { } row)
            {
                return null;
            }

            return row.IsOpen ? await CancelWaitingAsync(row) : row.Snapshot;
        });

    /// <summary>Waits until a task under way has ended; one that has is returned at once.</summary>
    public async Task<TaskSnapshot?> WaitAsync(string taskId, CancellationToken cancellationToken) =>
        runs.TryGetValue(taskId, out var run)
            ? await run.Ended.WaitAsync(cancellationToken)
            : tasks.Find(taskId)?.Snapshot;

    /// <summary>
    /// A task that is there. One that nobody runs was on disk before its insert was said to have failed; that it
    /// may be about to run, or wait, does no harm: the second run finds the first.
    /// </summary>
    private TaskSnapshot Repeated(string taskId)
    {
        var row = tasks.Find(taskId)!;
        if (row.IsOpen && !runs.ContainsKey(taskId))
        {
            queue.Enqueue(taskId);
        }

        return SnapshotOf(row);
    }

    /// <summary>Cancels a task that waits for its turn; its turn may come meanwhile.</summary>
    private async Task<TaskSnapshot> CancelWaitingAsync(TaskRow row)
    {
        var snapshot = SnapshotOf(row);
        var cancelled = snapshot with
        {
            State = TaskState.Cancelled,
            UpdatedAt = services.Time.GetUtcNow(),
            Progress = snapshot.Progress with { Message = "Cancelled" },
        };

        // Not settled: what a crash left under way winds down when its turn comes.
        var ended = await tasks.EndAsync(row.Seq, cancelled, settled: false);

        // A run is in the dictionary before it looks whether its task is open: one that looked too early is here.
        if (runs.TryGetValue(row.Snapshot.TaskId, out var run))
        {
            return await run.CancelAsync();
        }

        return ended ? cancelled : tasks.Find(row.Snapshot.TaskId)!.Snapshot;
    }

    /// <summary>Runs a task that was just taken in, or lets it wait for its turn.</summary>
    private void Launch(TaskRow row, SaveScenarioInput input)
    {
        if (!queue.TryEnter())
        {
            queue.Enqueue(row.Snapshot.TaskId);
            return;
        }

        services.Detach(row.Snapshot.TaskId, () => RunAsync(row, () => input, []));
    }

    /// <summary>Runs a waiting task, whose turn has come, from its records.</summary>
    private void Launch(string taskId) => services.Detach(taskId, async () =>
    {
        await Task.Yield();
        var (row, journal) = await services.UntilReadAsync(taskId, () =>
        {
            var found = tasks.Find(taskId)!;
            return (found with { Snapshot = SnapshotOf(found) }, tasks.Journal(found.Seq));
        });
        await RunAsync(row, () => tasks.Input(row.Seq), journal);
    });

    private async Task RunAsync(TaskRow row, Func<SaveScenarioInput> input, IReadOnlyList<JournalEntry> journal)
    {
        var taskId = row.Snapshot.TaskId;
        var run = new WorkflowRun(row, journal.Count == 0 ? 0 : journal[^1].Ordinal + 1, services);
        if (!runs.TryAdd(taskId, run))
        {
            queue.Release();
            return;
        }

        switch (await services.UntilReadAsync(taskId, () => tasks.Find(taskId)))
        {
            case { IsOpen: true }:
                await BeginAsync(run, input, journal);
                break;
            case { Snapshot: { State: TaskState.Cancelled } cancelled }:
                run.WasCancelled(cancelled);
                await BeginAsync(run, input, journal);
                break;
            default:
                Release(taskId);
                break;
        }
    }

    private async Task BeginAsync(WorkflowRun run, Func<SaveScenarioInput> input, IReadOnlyList<JournalEntry> journal)
    {
        SaveScenarioInput read;
        try
        {
            read = await services.UntilReadAsync(run.TaskId, input);
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException)
        {
            await run.RefuseAsync($"The task's input cannot be read: {exception.Message} Nothing was touched.");
            return;
        }

        await run.BeginAsync(read, journal);
    }

    private void Release(string taskId)
    {
        runs.TryRemove(taskId, out _);
        queue.Release();
    }

    /// <summary>A row's task as of now: of an open one, the run knows more, or the journal until there is one.</summary>
    private TaskSnapshot SnapshotOf(TaskRow row) =>
        !row.IsOpen ? row.Snapshot
        : runs.TryGetValue(row.Snapshot.TaskId, out var run) ? run.Snapshot
        : row.Seq <= lastBefore ? RecordedProgress.Of(tasks, row)
        : row.Snapshot;

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
