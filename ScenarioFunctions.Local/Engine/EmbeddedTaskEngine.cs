using System.Text.Json;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Local.Engine;

/// <summary>
/// Runs workflows in this process, with a journal in SQLite: a task and each finished step are on disk before
/// anything depends on them, and a restart goes on from there.
/// </summary>
internal sealed class EmbeddedTaskEngine(
    TaskTable tasks,
    StepExecutor executor,
    TimeProvider time,
    ILogger<EmbeddedTaskEngine> logger,
    int maxRunningTasks = EmbeddedTaskEngine.DefaultMaxRunningTasks)
    : ITaskEngine
{
    /// <summary>A task under way costs some 20 KiB and its images' requests; more than this wait as ids.</summary>
    public const int DefaultMaxRunningTasks = 1000;

    private readonly RunTable runs = new(tasks, executor, time, logger, maxRunningTasks);

    /// <inheritdoc cref="RunTable.Count"/>
    public int RunningTasks => runs.Count;

    /// <inheritdoc cref="RunTable.Resume"/>
    public void Resume() => runs.Resume();

    public Task<TaskSnapshot> StartAsync(string taskId, SaveScenarioInput input, CancellationToken cancellationToken) =>
        GuardedAsync(async () =>
        {
            if (executor.Stopping.IsCancellationRequested)
            {
                throw new EngineUnavailableException("The service is stopping and takes no new work.");
            }

            var snapshot = TaskRow.NewSnapshot(taskId, input, time.GetUtcNow());
            var bytes = JsonSerializer.SerializeToUtf8Bytes(input, CoreJson.Default.SaveScenarioInput);
            if (await tasks.InsertAsync(snapshot, bytes, cancellationToken) is not { } seq)
            {
                return Repeated(taskId);
            }

            runs.Launch(new TaskRow(seq, IsOpen: true, snapshot), input);
            return snapshot;
        });

    public Task<TaskSnapshot?> FindAsync(string taskId, CancellationToken cancellationToken) =>
        GuardedAsync(() => Task.FromResult(
            runs.TryFind(taskId, out var run) ? run.Snapshot
            : tasks.Find(taskId) is { } row ? runs.SnapshotOf(row)
            : null));

    public Task<TaskPage> ListAsync(TaskQuery query, CancellationToken cancellationToken) =>
        GuardedAsync(() => Task.FromResult(TaskLister.List(tasks, query, runs.SnapshotOf)));

    public Task<TaskSnapshot?> CancelAsync(string taskId, CancellationToken cancellationToken) =>
        GuardedAsync<TaskSnapshot?>(async () =>
        {
            if (runs.TryFind(taskId, out var running))
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
        runs.TryFind(taskId, out var run)
            ? await run.Ended.WaitAsync(cancellationToken)
            : tasks.Find(taskId)?.Snapshot;

    /// <summary>
    /// A task that is there. One that nobody runs was on disk before its insert was said to have failed; that it
    /// may be about to run, or wait, does no harm: the second run finds the first.
    /// </summary>
    private TaskSnapshot Repeated(string taskId)
    {
        var row = tasks.Find(taskId)!;
        if (row.IsOpen && !runs.TryFind(taskId, out _))
        {
            runs.Enqueue(taskId);
        }

        return runs.SnapshotOf(row);
    }

    /// <summary>Cancels a task that waits for its turn; its turn may come meanwhile.</summary>
    private async Task<TaskSnapshot> CancelWaitingAsync(TaskRow row)
    {
        var snapshot = runs.SnapshotOf(row);
        var cancelled = snapshot with
        {
            State = TaskState.Cancelled,
            UpdatedAt = time.GetUtcNow(),
            Progress = snapshot.Progress with { Message = "Cancelled" },
        };

        // Not settled: what a crash left under way winds down when its turn comes.
        var ended = await tasks.EndAsync(row.Seq, cancelled, settled: false);

        // A run is in the dictionary before it looks whether its task is open: one that looked too early is here.
        if (runs.TryFind(row.Snapshot.TaskId, out var run))
        {
            return await run.CancelAsync();
        }

        return ended ? cancelled : tasks.Find(row.Snapshot.TaskId)!.Snapshot;
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
