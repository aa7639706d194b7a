using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Engine;

/// <summary>Tasks as orchestrations in one task hub. A task's id is the id of its instance.</summary>
internal sealed class DurableTaskEngine(DurableClients clients, TimeProvider time) : ITaskEngine
{
    private const int ScanPageSize = 1_000;

    /// <summary>Counted from the start of the request, so that the answer is in time even if the hub stops answering.</summary>
    private static readonly TimeSpan CancelPatience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan CancelPoll = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan ChangePoll = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Never schedules over an existing instance, whatever its state: over one that has ended, everything would run again. If two
    /// starts come at the same moment, reading back shows which one the backend accepted.
    /// </summary>
    public async Task<TaskSnapshot> StartAsync(
        string taskId, SaveScenarioInput input, CancellationToken cancellationToken)
    {
        if (await FindAsync(taskId, cancellationToken) is { } existing)
        {
            return existing;
        }

        var options = new StartOrchestrationOptions(taskId).WithDedupeStatuses(RuntimeStates.NeverReplaced);
        try
        {
            await clients.AskAsync(
                (client, token) => client.ScheduleNewOrchestrationInstanceAsync(
                    Workflows.NameFor(input), input, options, token),
                cancellationToken);
        }
        catch (EngineUnavailableException exception)
        {
            // The start failed because the instance already exists, or did not reach the hub. Only a read can tell.
            return await FindAsync(taskId, cancellationToken)
                ?? throw new EngineUnavailableException("The task could not be started.", exception);
        }

        return await ReadBackAsync(taskId, cancellationToken) ?? JustStarted(taskId, input);
    }

    public async Task<TaskSnapshot?> FindAsync(string taskId, CancellationToken cancellationToken)
    {
        return await ReadAsync(taskId, cancellationToken) is { } instance ? TaskSnapshots.Of(instance) : null;
    }

    /// <summary>A task hub can only filter instances by the start of their ids, so this reads only this user's.</summary>
    public async Task<int> CountOpenAsync(string userId, CancellationToken cancellationToken)
    {
        var open = RuntimeStates.StatusesOf(TaskState.Pending).Concat(RuntimeStates.StatusesOf(TaskState.Running));
        var filter = new OrchestrationQuery(
            Statuses: open, PageSize: ScanPageSize, InstanceIdPrefix: ScenarioIds.TasksOf(userId));
        return (await ScanAsync(filter, Workflows.IsOurs, cancellationToken)).Count;
    }

    public async Task<IReadOnlyDictionary<int, int>> CountOpenByVersionAsync(CancellationToken cancellationToken)
    {
        var open = RuntimeStates.StatusesOf(TaskState.Pending).Concat(RuntimeStates.StatusesOf(TaskState.Running));
        var found = await ScanAsync(new OrchestrationQuery(Statuses: open, PageSize: ScanPageSize), Workflows.IsOurs, cancellationToken);
        return new Dictionary<int, int> { [WorkflowVersions.First] = found.Count };
    }

    /// <summary>A hub does not report changes, so its tasks are polled.</summary>
    public Task WaitForChangeAsync(TaskSnapshot known, CancellationToken cancellationToken) =>
        Task.Delay(ChangePoll, time, cancellationToken);

    /// <summary>
    /// A task hub stores its instances by id and not by time. So this reads all matching instances without their data, and then
    /// only those of the page completely: correct, but slower the larger the hub is. A task's user is only in its input, so a list
    /// of one user's tasks reads until the page is full.
    /// </summary>
    public async Task<TaskPage> ListAsync(TaskQuery query, CancellationToken cancellationToken)
    {
        var after = query.Cursor is null ? null : TaskCursor.Parse(query.Cursor);
        var filter = new OrchestrationQuery(
            CreatedTo: after?.CreatedAt.AddMilliseconds(1),
            Statuses: query.State is { } state ? RuntimeStates.StatusesOf(state) : null,
            PageSize: ScanPageSize);
        var places = (await ScanAsync(filter, Workflows.IsOurs, cancellationToken))
            .Select(instance => new TaskCursor(instance.CreatedAt, instance.InstanceId))
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
            if (found.Count >= query.Limit || query.UserId is null)
            {
                break;
            }
        }

        var page = found.Take(query.Limit).ToList();
        var isLast = read == places.Count && found.Count == page.Count;
        return new TaskPage([.. page.Select(one => one.Task)], isLast ? null : (page.Count == 0 ? places[read - 1] : page[^1].Place).ToString());
    }

    public async Task<TaskSnapshot?> CancelAsync(string taskId, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var instance = await ReadAsync(taskId, cancellationToken);
        var task = instance is null ? null : TaskSnapshots.Of(instance);
        if (task is null || task.State.IsFinal())
        {
            return task;
        }

        // Before the cancel, so that no crash in between can skip them. For a task that goes on the clean-up does nothing.
        await clients.ScheduleCleanUpAsync(CleanUpOrchestration.InputFor(instance!), cancellationToken);
        if (task.Callback is { } callback)
        {
            await clients.ScheduleWebhookAsync(new WebhookInput(taskId, callback.Run), cancellationToken);
        }

        EngineUnavailableException? refusal = null;
        try
        {
            await clients.AskAsync(
                async (client, token) =>
                {
                    await client.TerminateInstanceAsync(taskId, new TerminateInstanceOptions(), token);
                    return true;
                },
                cancellationToken);
        }
        catch (EngineUnavailableException exception)
        {
            // The task may have ended or been purged since it was read. Only another read can tell.
            refusal = exception;
        }

        return await UntilEndedAsync(taskId, started, refusal, cancellationToken);
    }

    /// <summary>
    /// Starts a failed orchestration again, as the hub cannot continue it: its steps find in the database what they have done.
    /// </summary>
    public async Task<TaskSnapshot?> ResumeAsync(string taskId, CancellationToken cancellationToken)
    {
        var instance = await ReadAsync(taskId, cancellationToken);
        if (instance is null || RuntimeStates.StateOf(instance.RuntimeStatus) != TaskState.Failed)
        {
            return instance is null ? null : TaskSnapshots.Of(instance);
        }

        var input = JsonSerializer.Deserialize(instance.SerializedInput!, CoreJson.Default.SaveScenarioInput)!;
        input = input with
        {
            IsResumed = true,
            Callback = input.Callback is { } callback ? callback with { Run = callback.Run + 1 } : null,
        };
        var options = new StartOrchestrationOptions(taskId).WithDedupeStatuses(
            [.. RuntimeStates.NeverReplaced.Except(RuntimeStates.StatusesOf(TaskState.Failed))]);
        try
        {
            await clients.AskAsync(
                (client, token) => client.ScheduleNewOrchestrationInstanceAsync(instance.Name, input, options, token), cancellationToken);
        }
        catch (EngineUnavailableException exception)
        {
            // Another request may have continued it. Only a read can tell.
            return await FindAsync(taskId, cancellationToken) is { State: not TaskState.Failed } other
                ? other
                : throw new EngineUnavailableException("The task could not be continued.", exception);
        }

        return await ReadBackAsync(taskId, cancellationToken) ?? JustStarted(taskId, input);
    }

    /// <summary>
    /// Purges one by one: the hub can remove many at once by creation time, but a task may run, or be resumed, long after that.
    /// </summary>
    public async Task<int> ForgetAsync(DateTimeOffset endedBefore, CancellationToken cancellationToken)
    {
        var filter = new OrchestrationQuery(
            CreatedTo: endedBefore,
            Statuses: [.. Enum.GetValues<TaskState>().Where(state => state.IsFinal()).SelectMany(RuntimeStates.StatusesOf)],
            PageSize: ScanPageSize);
        var removed = 0;
        var all = await ScanAsync(filter, name => Workflows.IsOurs(name) || IsHelper(name), cancellationToken);
        foreach (var ended in all.Where(one => one.LastUpdatedAt < endedBefore))
        {
            var result = await clients.AskAsync(
                (client, token) => client.PurgeInstanceAsync(ended.InstanceId, cancellation: token), cancellationToken);
            removed += IsHelper(ended.Name) ? 0 : result.PurgedInstanceCount;
        }

        return removed;
    }

    /// <summary>Whether it is an orchestration that works for a task.</summary>
    private static bool IsHelper(string name) => name is CleanUpOrchestration.Name or WebhookOrchestration.Name;

    /// <returns>The task's instance; null when there is none.</returns>
    private async Task<OrchestrationMetadata?> ReadAsync(string taskId, CancellationToken cancellationToken)
    {
        var instance = await clients.AskAsync(
            (client, token) => client.GetInstanceAsync(taskId, getInputsAndOutputs: true, token), cancellationToken);
        return Workflows.IsOurs(instance?.Name) ? instance : null;
    }

    /// <summary>The orchestration only ends when its next turn reads the message.</summary>
    private async Task<TaskSnapshot?> UntilEndedAsync(
        string taskId, long started, Exception? refusal, CancellationToken cancellationToken)
    {
        while (true)
        {
            var task = await FindAsync(taskId, cancellationToken);
            if (task is null || task.State.IsFinal())
            {
                return task;
            }

            if (refusal is not null || time.GetElapsedTime(started) > CancelPatience)
            {
                throw new EngineUnavailableException("The task could not be cancelled yet.", refusal);
            }

            await Task.Delay(CancelPoll, time, cancellationToken);
        }
    }

    /// <summary>The task has started, so a failed read must not turn into an error.</summary>
    private async Task<TaskSnapshot?> ReadBackAsync(string taskId, CancellationToken cancellationToken)
    {
        try
        {
            return await FindAsync(taskId, cancellationToken);
        }
        catch (EngineUnavailableException)
        {
            return null;
        }
    }

    private TaskSnapshot JustStarted(string taskId, SaveScenarioInput input) => TaskSnapshots.Of(
        new OrchestrationMetadata(Workflows.NameFor(input), taskId)
        {
            RuntimeStatus = OrchestrationRuntimeStatus.Pending,
            CreatedAt = time.GetUtcNow(),
            LastUpdatedAt = time.GetUtcNow(),
            SerializedInput = JsonSerializer.Serialize(input, CoreJson.Default.SaveScenarioInput),
        });

    /// <summary>All matching instances with one of the wanted names. Each page is one call, so that a large hub takes long but still answers.</summary>
    private async Task<List<OrchestrationMetadata>> ScanAsync(
        OrchestrationQuery filter, Predicate<string> isWanted, CancellationToken cancellationToken)
    {
        var found = new List<OrchestrationMetadata>();
        string? continuation = null;
        do
        {
            var page = await clients.AskAsync(
                (client, token) => client.GetAllInstancesAsync(filter).AsPages(continuation).FirstAsync(token).AsTask(),
                cancellationToken);
            found.AddRange(page.Values.Where(instance => isWanted(instance.Name)));
            continuation = page.ContinuationToken;
        }
        while (!string.IsNullOrEmpty(continuation));
        return found;
    }
}
