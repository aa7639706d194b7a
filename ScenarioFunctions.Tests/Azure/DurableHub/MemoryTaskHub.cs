using System.Collections.Concurrent;
using DurableTask.Core;
using DurableTask.Core.History;
using Microsoft.DurableTask.Testing.Sidecar;

namespace ScenarioFunctions.Tests.Azure.DurableHub;

/// <summary>
/// A task hub's storage in memory, made for many runs at once: as shipped it works on as many items as there
/// are cores. Timers are due at once, but those that let activities end first. Work of a lost worker goes back into its queue, and the test can choose
/// a commit at which the worker dies.
/// </summary>
internal sealed class MemoryTaskHub : InMemoryOrchestrationService, IOrchestrationService
{
    /// <summary>Says, instead of an answer, that the worker is gone: an error type or a custom status.</summary>
    public const string WorkerLost = "the worker is lost";

    private readonly ConcurrentDictionary<TaskActivityWorkItem, bool> activities = new();
    private readonly ConcurrentDictionary<TaskOrchestrationWorkItem, bool> turns = new();
    private readonly ConcurrentDictionary<string, IReadOnlyList<HistoryEvent>> histories = new();
    private int commits;
    private (int Commit, bool After, Action Dies)? crash;

    /// <summary>Activities, and turns, that a worker has at once.</summary>
    public int MaxWorkItems { get; init; } = 64;

    /// <summary>Timers from here on are not due at once. Retries wait for less.</summary>
    public TimeSpan LongTimer { get; set; } = TimeSpan.FromMinutes(6);

    /// <summary>How many turns and answers of activities have been written down.</summary>
    public int Commits => Volatile.Read(ref commits);

    /// <summary>The longest custom status of any turn, in UTF-16 characters.</summary>
    public int LongestStatus { get; private set; }

    /// <summary>Activities that a worker has, and has not answered.</summary>
    public IEnumerable<TaskMessage> OpenActivities => activities.Keys.Select(item => item.TaskMessage);

    /// <summary>Instances whose turn a worker has, and has not answered.</summary>
    public IEnumerable<string> OpenTurns => turns.Keys.Select(item => item.InstanceId);

    int IOrchestrationService.MaxConcurrentTaskActivityWorkItems => MaxWorkItems;

    int IOrchestrationService.MaxConcurrentTaskOrchestrationWorkItems => MaxWorkItems;

    /// <summary>An instance's history as of its last turn.</summary>
    public IReadOnlyList<HistoryEvent> HistoryOf(string instanceId) => histories.GetValueOrDefault(instanceId, []);

    public bool WillCrash => crash is not null;

    /// <summary>The worker dies at one commit, before or after its data is written.</summary>
    /// <param name="commit">Counted from 1.</param>
    /// <param name="after">Whether its data is written.</param>
    /// <param name="dies">Makes the worker useless.</param>
    public void CrashAt(int commit, bool after, Action dies) => crash = (commit, after, dies);

    async Task<TaskActivityWorkItem> IOrchestrationService.LockNextTaskActivityWorkItem(
        TimeSpan receiveTimeout, CancellationToken cancellationToken)
    {
        var item = await LockNextTaskActivityWorkItem(receiveTimeout, cancellationToken);
        activities[item] = true;
        return item;
    }

    async Task<TaskOrchestrationWorkItem> IOrchestrationService.LockNextTaskOrchestrationWorkItemAsync(
        TimeSpan receiveTimeout, CancellationToken cancellationToken)
    {
        var item = await LockNextTaskOrchestrationWorkItemAsync(receiveTimeout, cancellationToken);
        turns[item] = true;
        return item;
    }

    async Task IOrchestrationService.CompleteTaskActivityWorkItemAsync(TaskActivityWorkItem workItem, TaskMessage responseMessage)
    {
        activities.TryRemove(workItem, out _);
        var isLost = responseMessage.Event is TaskFailedEvent { FailureDetails.ErrorType: WorkerLost };
        await CommitAsync(
            isLost,
            () => CompleteTaskActivityWorkItemAsync(workItem, responseMessage),
            () => AbandonTaskActivityWorkItemAsync(workItem));
    }

    async Task IOrchestrationService.CompleteTaskOrchestrationWorkItemAsync(
        TaskOrchestrationWorkItem workItem,
        OrchestrationRuntimeState newOrchestrationRuntimeState,
        IList<TaskMessage> outboundMessages,
        IList<TaskMessage> orchestratorMessages,
        IList<TaskMessage> timerMessages,
        TaskMessage continuedAsNewMessage,
        OrchestrationState orchestrationState)
    {
        turns.TryRemove(workItem, out _);
        foreach (var timer in timerMessages.Select(message => message.Event).OfType<TimerFiredEvent>()
            .Where(timer => timer.FireAt - DateTime.UtcNow < LongTimer))
        {
            timer.FireAt = DateTime.UnixEpoch;
        }

        await CommitAsync(
            orchestrationState.Status == WorkerLost,
            () =>
            {
                histories[workItem.InstanceId] = [.. newOrchestrationRuntimeState.Events];
                LongestStatus = Math.Max(LongestStatus, orchestrationState.Status?.Length ?? 0);
                return CompleteTaskOrchestrationWorkItemAsync(
                    workItem, newOrchestrationRuntimeState, outboundMessages, orchestratorMessages, timerMessages,
                    continuedAsNewMessage, orchestrationState);
            },
            () => AbandonTaskOrchestrationWorkItemAsync(workItem));
    }

    Task IOrchestrationService.AbandonTaskActivityWorkItemAsync(TaskActivityWorkItem workItem)
    {
        activities.TryRemove(workItem, out _);
        return AbandonTaskActivityWorkItemAsync(workItem);
    }

    Task IOrchestrationService.AbandonTaskOrchestrationWorkItemAsync(TaskOrchestrationWorkItem workItem)
    {
        turns.TryRemove(workItem, out _);
        return AbandonTaskOrchestrationWorkItemAsync(workItem);
    }

    private async Task CommitAsync(bool isLost, Func<Task> commit, Func<Task> abandon)
    {
        if (isLost)
        {
            await abandon();
            return;
        }

        var dies = Interlocked.Increment(ref commits) == crash?.Commit;
        if (dies)
        {
            crash!.Value.Dies();
        }

        await (dies && !crash!.Value.After ? abandon() : commit());
    }
}
