using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Local.Engine;

/// <summary>The tasks under way in this process, and those that wait for their turn.</summary>
internal sealed class RunTable
{
    private readonly ConcurrentDictionary<string, WorkflowRun> runs = new(StringComparer.Ordinal);
    private readonly TaskTable tasks;
    private readonly RunServices services;
    private readonly RunQueue queue;
    private readonly long lastBefore;

    public RunTable(TaskTable tasks, StepExecutor executor, TimeProvider time, ILogger logger, int maxRunningTasks)
    {
        this.tasks = tasks;
        services = new RunServices(tasks, executor, time, logger, Release);
        queue = new RunQueue(maxRunningTasks, Launch);
        lastBefore = tasks.LastSeq();
    }

    /// <summary>Tasks that hold memory now.</summary>
    public int Count => runs.Count;

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

    /// <summary>A row's task as of now: of an open one, the run knows more, or the journal until there is one.</summary>
    public TaskSnapshot SnapshotOf(TaskRow row) =>
        !row.IsOpen ? row.Snapshot
        : runs.TryGetValue(row.Snapshot.TaskId, out var run) ? run.Snapshot
        : tasks.Find(row.Snapshot.TaskId) is { IsOpen: false } ended ? ended.Snapshot // since the row was read
        : row.Seq <= lastBefore ? RecordedProgress.Of(tasks, row)
        : row.Snapshot;

    public bool TryFind(string taskId, [NotNullWhen(true)] out WorkflowRun? run) => runs.TryGetValue(taskId, out run);

    /// <summary>Runs a task from its records when its turn comes; one that runs already is let be.</summary>
    public void Enqueue(string taskId) => queue.Enqueue(taskId);

    /// <summary>Runs a task that was just taken in, or lets it wait for its turn.</summary>
    public void Launch(TaskRow row, SaveScenarioInput input)
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
}
