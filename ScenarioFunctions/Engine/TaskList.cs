using Microsoft.DurableTask.Client;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Engine;

/// <summary>
/// Lists tasks newest first. The index tells which to look at; the hub tells how each is, so a list never shows what the index has
/// got wrong, and corrects it. Without an index that has all tasks, the whole hub is read.
/// </summary>
internal sealed class TaskList(DurableClients clients, WorkflowVersions versions, TaskIndexing index)
{
    /// <summary>Of one list. If so many do not match, the page ends early, with a cursor.</summary>
    private const int MaxReads = 500;

    /// <summary>At once, after the first ones were not enough.</summary>
    private const int NextReads = 100;

    /// <exception cref="InvalidCursorException"/>
    /// <exception cref="EngineUnavailableException"/>
    public async Task<TaskPage> ReadAsync(TaskQuery query, CancellationToken cancellationToken)
    {
        var after = query.Cursor is null ? null : TaskCursor.Parse(query.Cursor);
        return await FromIndexAsync(query, after, cancellationToken) ?? await FromHubAsync(query, after, cancellationToken);
    }

    /// <returns>Null when the index cannot be used.</returns>
    private async Task<TaskPage?> FromIndexAsync(TaskQuery query, TaskCursor? after, CancellationToken cancellationToken)
    {
        var found = new List<TaskSnapshot>();
        var last = after;
        for (int reads = 0, count = query.Limit + 1; reads < MaxReads; reads += count, count = NextReads)
        {
            if (await index.TryListAsync(query, last, count, cancellationToken) is not { } rows)
            {
                return null;
            }

            var tasks = await Task.WhenAll(rows.Select(row => FindAsync(row.TaskId, cancellationToken)));
            await CorrectAsync(rows, tasks);
            foreach (var (row, task) in rows.Zip(tasks))
            {
                if (query.Matches(task))
                {
                    if (found.Count == query.Limit)
                    {
                        return new TaskPage(found, last!.ToString());
                    }

                    found.Add(task!);
                }

                last = new TaskCursor(row.CreatedAt, row.TaskId);
            }

            if (rows.Count < count)
            {
                return new TaskPage(found, null);
            }
        }

        return new TaskPage(found, last!.ToString());
    }

    /// <summary>Tells the index what the hub knows better.</summary>
    private async Task CorrectAsync(IReadOnlyList<IndexedTask> rows, TaskSnapshot?[] tasks)
    {
        var (changed, lost) = TaskIndexing.Compare([.. rows.Zip(tasks, (row, task) => (row, task is null ? null : IndexedTask.Of(task)))]);
        await index.TryRecordAsync(changed);
        await index.TryForgetAsync(lost);
    }

    /// <summary>
    /// A task hub stores its instances by id and not by time. So this reads all matching instances without their data, and then
    /// only those of the page completely: correct, but slower the larger the hub is. A task's user is only in its input, so a list
    /// of one user's tasks reads until the page is full. So does a list of pending tasks: those that wait for their version run in the hub.
    /// </summary>
    private async Task<TaskPage> FromHubAsync(TaskQuery query, TaskCursor? after, CancellationToken cancellationToken)
    {
        var filter = new OrchestrationQuery(
            CreatedTo: after?.CreatedAt.AddMilliseconds(1),
            Statuses: query.State is { } state ? StatusesFor(state) : null,
            PageSize: HubReads.PageSize);
        var places = (await clients.ScanAsync(filter, Workflows.IsOurs, cancellationToken))
            .Select(instance => new TaskCursor(IndexedTask.InMicroseconds(instance.CreatedAt), instance.InstanceId))
            .Where(place => after is null || after.IsFollowedBy(place))
            .OrderByDescending(place => place.CreatedAt)
            .ThenByDescending(place => place.TaskId, StringComparer.Ordinal)
            .ToList();

        var read = 0;
        var found = new List<(TaskCursor Place, TaskSnapshot Task)>();
        foreach (var chunk in places.Chunk(query.Limit))
        {
            var tasks = await Task.WhenAll(chunk.Select(place => FindAsync(place.TaskId, cancellationToken)));
            found.AddRange(chunk.Zip(tasks).Where(pair => query.Matches(pair.Second)).Select(pair => (pair.First, pair.Second!)));
            read += chunk.Length;
            if (found.Count >= query.Limit || (query.UserId is null && query.State != TaskState.Pending))
            {
                break;
            }
        }

        var page = found.Take(query.Limit).ToList();
        var isLast = read == places.Count && found.Count == page.Count;
        return new TaskPage([.. page.Select(one => one.Task)], isLast ? null : (page.Count == 0 ? places[read - 1] : page[^1].Place).ToString());
    }

    private static IEnumerable<OrchestrationRuntimeStatus> StatusesFor(TaskState state) => state == TaskState.Pending
        ? RuntimeStates.Open
        : RuntimeStates.StatusesOf(state);

    private async Task<TaskSnapshot?> FindAsync(string taskId, CancellationToken cancellationToken) =>
        await clients.ReadTaskAsync(taskId, cancellationToken) is { } instance ? TaskSnapshots.Of(instance, versions) : null;
}
