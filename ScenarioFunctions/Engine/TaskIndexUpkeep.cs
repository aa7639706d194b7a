using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Engine;

/// <summary>
/// Keeps the index like the hub: records which open tasks have ended, and every hour compares the whole hub, which also fills
/// an index that is new. May be stopped and repeated at any time.
/// </summary>
public sealed partial class TaskIndexUpkeep(ITaskIndex index, DurableClients clients, TimeProvider time, ILogger<TaskIndexUpkeep> logger)
{
    /// <summary>Open tasks looked up at each call; of more, the others have their turn at the next calls.</summary>
    private const int MaxOpen = 1_000;

    private const int ReadsAtOnce = 32;

    /// <summary>When it takes longer, the next call goes on: what is recorded by then is quickly compared.</summary>
    private static readonly TimeSpan MaxTime = TimeSpan.FromMinutes(4);

    /// <summary>Does not throw: what fails now is done at the next call.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            var open = await index.TakeOpenAsync(Hub, MaxOpen, stopping);
            await LookUpAsync(open.Tasks, stopping);
            if (!open.IsComplete)
            {
                await CompareAsync(stopping);
            }
        }
        catch (Exception exception) when (exception is StorageException or EngineUnavailableException)
        {
            NotKept(logger, exception.Message);
        }
    }

    private string Hub => clients.Current.Name;

    /// <summary>Records open tasks that have ended, and forgets those that the hub has lost.</summary>
    private async Task LookUpAsync(IReadOnlyList<IndexedTask> open, CancellationToken stopping)
    {
        foreach (var chunk in open.Chunk(ReadsAtOnce))
        {
            var instances = await Task.WhenAll(chunk.Select(task => clients.AskAsync(
                (client, token) => client.GetInstanceAsync(task.TaskId, getInputsAndOutputs: false, token), stopping)));
            var (changed, lost) = TaskIndexing.Compare([.. chunk.Zip(
                instances, (row, instance) => (row, instance is null ? null : TaskSnapshots.EntryOf(instance, row.UserId)))]);
            if (changed.Count > 0)
            {
                await index.RecordAsync(Hub, changed, stopping);
            }

            if (lost.Count > 0)
            {
                await index.ForgetAsync(Hub, lost, stopping);
            }
        }
    }

    private async Task CompareAsync(CancellationToken stopping)
    {
        var started = time.GetTimestamp();
        var added = 0;
        await foreach (var page in clients.PagesAsync(new OrchestrationQuery(PageSize: HubReads.PageSize), Workflows.IsOurs, stopping))
        {
            var missing = await index.RecordAsync(Hub, [.. page.Select(instance => TaskSnapshots.EntryOf(instance, userId: null))], stopping);
            foreach (var chunk in missing.Chunk(ReadsAtOnce))
            {
                if (time.GetElapsedTime(started) > MaxTime)
                {
                    NotCompared(logger, added);
                    return;
                }

                var tasks = await Task.WhenAll(chunk.Select(id => clients.ReadTaskAsync(id, stopping)));
                await index.RecordAsync(Hub, [.. tasks.OfType<OrchestrationMetadata>().Select(task => IndexedTask.Of(TaskSnapshots.Of(task)))], stopping);
                added += chunk.Length;
            }
        }

        await index.CompleteAsync(Hub, stopping);
        Compared(logger, added);
    }

    [LoggerMessage(721, LogLevel.Information, "The index of tasks is compared with the hub: {Count} tasks were added")]
    private static partial void Compared(ILogger logger, int count);

    [LoggerMessage(722, LogLevel.Information, "The index of tasks is incomplete: {Count} tasks were added, the next run continues")]
    private static partial void NotCompared(ILogger logger, int count);

    [LoggerMessage(723, LogLevel.Warning, "The index of tasks could not be compared with the hub and is compared again in minutes: {Fault}")]
    private static partial void NotKept(ILogger logger, string fault);
}
