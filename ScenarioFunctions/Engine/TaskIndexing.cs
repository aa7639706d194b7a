using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Engine;

/// <summary>
/// The index as the service uses it beside its work: no start, step or cancel fails or waits for long because the index does not
/// answer. What it misses is corrected by lists and by <see cref="TaskIndexUpkeep"/>.
/// </summary>
public sealed partial class TaskIndexing(
    ITaskIndex index, DurableClients clients, TimeProvider time, FaultLog faults, ILogger<TaskIndexing> logger)
{
    /// <returns>Null when the index does not have all tasks, or does not answer.</returns>
    internal async Task<IReadOnlyList<IndexedTask>?> TryListAsync(
        TaskQuery query, TaskCursor? after, int count, CancellationToken cancellationToken)
    {
        (DateTimeOffset, string)? place = after is null ? null : (after.CreatedAt, after.TaskId);
        var found = await TryAsync(token => index.ListAsync(Hub, query, place, count, token), cancellationToken);
        return found is { IsComplete: true } ? found.Tasks : null;
    }

    /// <summary>Records how a task was just seen in the hub. Goes on when the client leaves.</summary>
    internal Task TryRecordAsync(TaskSnapshot? task) => task is null ? Task.CompletedTask : TryRecordAsync([IndexedTask.Of(task)]);

    /// <inheritdoc cref="TryRecordAsync(TaskSnapshot?)"/>
    internal Task TryRecordAsync(OrchestrationMetadata? task, string userId) => task is null
        ? Task.CompletedTask
        : TryRecordAsync([TaskSnapshots.EntryOf(task, userId)]);

    internal Task TryRecordAsync(IReadOnlyList<IndexedTask> tasks) => tasks.Count == 0
        ? Task.CompletedTask
        : TryAsync(token => index.RecordAsync(Hub, tasks, token), CancellationToken.None);

    /// <summary>Removes tasks that are no longer in the hub.</summary>
    internal Task TryForgetAsync(IReadOnlyList<IndexedTask> tasks) => tasks.Count == 0
        ? Task.CompletedTask
        : TryAsync(
            async token =>
            {
                await index.ForgetAsync(Hub, tasks, token);
                return tasks;
            },
            CancellationToken.None);

    /// <summary>What the hub knows better than the index: the tasks that have changed, and those that the hub has lost.</summary>
    /// <param name="seen">Tasks of the index, and how each was just seen in the hub; null when it is not there.</param>
    internal static (IReadOnlyList<IndexedTask> Changed, IReadOnlyList<IndexedTask> Lost) Compare(
        IReadOnlyList<(IndexedTask Row, IndexedTask? Now)> seen) =>
        ([.. seen.Where(pair => pair.Now?.IsLike(pair.Row) == false).Select(pair => pair.Now!)],
            [.. seen.Where(pair => pair.Row.IsOld && pair.Now is null).Select(pair => pair.Row)]);

    private string Hub => clients.Current.Name;

    private async Task<T?> TryAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
        where T : class
    {
        using var patience = new CancellationTokenSource(DurableClients.Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            return await call(either.Token).WaitAsync(either.Token);
        }
        catch (StorageException exception)
        {
            LogFault(exception.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            LogFault("it does not answer in time");
        }

        return null;
    }

    private void LogFault(string fault)
    {
        if (faults.IsDue("task index", out var count))
        {
            NotUsed(logger, count, fault);
        }
    }

    [LoggerMessage(720, LogLevel.Warning,
        "The index of tasks could not be used ({Count} times since the last such line); lists read the whole task hub, which is slow if it is large. Has the migration task_index been applied? {Fault}")]
    private static partial void NotUsed(ILogger logger, int count, string fault);
}
