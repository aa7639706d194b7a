using System.Text.Json;
using Microsoft.DurableTask.Client;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Telemetry;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Engine;

/// <summary>Tasks as orchestrations in one task hub. A task's id is the id of its instance.</summary>
internal sealed class DurableTaskEngine(
    DurableClients clients, WorkflowVersions versions, WaitingTasks waiting, TaskList list, TaskIndexing index, TimeProvider time) : ITaskEngine
{
    /// <summary>Counted from the start of the request, so that the answer is in time even if the hub stops answering.</summary>
    private static readonly TimeSpan CancelPatience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan CancelPoll = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan ChangePoll = TimeSpan.FromSeconds(1);

    /// <summary>When it takes longer, the next call goes on: what is purged by then is not found again.</summary>
    private static readonly TimeSpan MaxPurge = TimeSpan.FromMinutes(4);

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

        input = input with { WorkflowVersion = versions.Current };
        if (await clients.ScheduleAsync(Workflows.NameFor(input), taskId, input, RuntimeStates.NeverReplaced, cancellationToken) is { } other)
        {
            return TaskSnapshots.Of(other, versions);
        }

        return await RecordedAsync(await ReadBackAsync(taskId, cancellationToken)) ?? JustStarted(taskId, input);
    }

    public async Task<TaskSnapshot?> FindAsync(string taskId, CancellationToken cancellationToken)
    {
        return await clients.ReadTaskAsync(taskId, cancellationToken) is { } instance ? TaskSnapshots.Of(instance, versions) : null;
    }

    /// <summary>A task hub can only filter instances by the start of their ids, so this reads only this user's.</summary>
    public async Task<int> CountOpenAsync(string userId, CancellationToken cancellationToken)
    {
        var filter = new OrchestrationQuery(
            Statuses: RuntimeStates.Open, PageSize: HubReads.PageSize, InstanceIdPrefix: ScenarioIds.TasksOf(userId));
        return (await clients.ScanAsync(filter, Workflows.IsOurs, cancellationToken)).Count;
    }

    public Task<IReadOnlyDictionary<int, int>> CountOpenByVersionAsync(CancellationToken cancellationToken) =>
        waiting.CountOpenByVersionAsync(cancellationToken);

    /// <summary>A hub does not report changes, so its tasks are polled.</summary>
    public Task WaitForChangeAsync(TaskSnapshot known, CancellationToken cancellationToken) =>
        Task.Delay(ChangePoll, time, cancellationToken);

    public Task<TaskPage> ListAsync(TaskQuery query, CancellationToken cancellationToken) => list.ReadAsync(query, cancellationToken);

    public async Task<TaskSnapshot?> CancelAsync(string taskId, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var instance = await clients.ReadTaskAsync(taskId, cancellationToken);
        var task = instance is null ? null : TaskSnapshots.Of(instance, versions);
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
                (client, token) => client.TerminateInstanceAsync(taskId, new TerminateInstanceOptions(), token), cancellationToken);
        }
        catch (EngineUnavailableException exception)
        {
            // The task may have ended or been purged since it was read. Only another read can tell.
            refusal = exception;
        }

        var ended = await UntilEndedAsync(taskId, started, refusal, cancellationToken);
        if (ended is { State: TaskState.Cancelled })
        {
            ServiceMetrics.TaskEnded(ended.TaskType, EnumNames.Of(ended.State), errorCode: null, ended.UpdatedAt - ended.CreatedAt);
        }

        return await RecordedAsync(ended);
    }

    /// <summary>
    /// Starts a failed orchestration again, as the hub cannot continue it: its steps find in the database what they have done.
    /// </summary>
    public async Task<TaskSnapshot?> ResumeAsync(string taskId, CancellationToken cancellationToken)
    {
        var instance = await clients.ReadTaskAsync(taskId, cancellationToken);
        if (instance is null || RuntimeStates.StateOf(instance.RuntimeStatus) != TaskState.Failed)
        {
            return instance is null ? null : TaskSnapshots.Of(instance, versions);
        }

        var input = JsonSerializer.Deserialize(instance.SerializedInput!, CoreJson.Default.SaveScenarioInput)!;
        input = input with
        {
            IsResumed = true,
            WorkflowVersion = versions.Current, // it starts over
            Callback = input.Callback is { } callback ? callback with { Run = callback.Run + 1 } : null,
        };
        OrchestrationRuntimeStatus[] kept = [.. RuntimeStates.NeverReplaced.Except(RuntimeStates.StatusesOf(TaskState.Failed))];
        if (await clients.ScheduleAsync(instance.Name, taskId, input, kept, cancellationToken) is { } other)
        {
            return TaskSnapshots.Of(other, versions); // another request has continued it
        }

        return await RecordedAsync(await ReadBackAsync(taskId, cancellationToken)) ?? JustStarted(taskId, input);
    }

    /// <summary>
    /// Purges one by one: the hub can remove many at once by creation time, but a task may run, or be resumed, long after that.
    /// </summary>
    public async Task<int> ForgetAsync(DateTimeOffset endedBefore, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var filter = new OrchestrationQuery(
            CreatedTo: endedBefore,
            Statuses: [.. Enum.GetValues<TaskState>().Where(state => state.IsFinal()).SelectMany(RuntimeStates.StatusesOf)],
            PageSize: HubReads.PageSize);
        var removed = new List<IndexedTask>();
        var all = await clients.ScanAsync(filter, name => Workflows.IsOurs(name) || IsHelper(name), cancellationToken);
        foreach (var ended in all.Where(one => one.LastUpdatedAt < endedBefore).TakeWhile(_ => time.GetElapsedTime(started) < MaxPurge))
        {
            var result = await clients.AskAsync(
                (client, token) => client.PurgeInstanceAsync(ended.InstanceId, cancellation: token), cancellationToken);
            if (result.PurgedInstanceCount > 0 && !IsHelper(ended.Name))
            {
                removed.Add(TaskSnapshots.EntryOf(ended, userId: null));
            }
        }

        await index.TryForgetAsync(removed);
        return removed.Count;
    }

    /// <summary>Whether it is an orchestration that works for a task.</summary>
    private static bool IsHelper(string name) => name is CleanUpOrchestration.Name or WebhookOrchestration.Name;

    private async Task<TaskSnapshot?> RecordedAsync(TaskSnapshot? task)
    {
        await index.TryRecordAsync(task);
        return task;
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
        }, versions);
}
