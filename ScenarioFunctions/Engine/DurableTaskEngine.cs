using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using ScenarioFunctions.Core;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Engine;

/// <summary>Tasks as orchestrations of one task hub; a task's id is its instance's.</summary>
internal sealed class DurableTaskEngine(DurableClients clients, TimeProvider time) : ITaskEngine
{
    private const int ScanPageSize = 1_000;
    private static readonly TimeSpan CancelPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CancelPoll = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Never schedules over an instance, whatever its state: scheduling over one that has ended would run
    /// everything again. What the backend makes of two starts at the same moment is decided by reading back.
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
            await clients.Current.ScheduleNewOrchestrationInstanceAsync(
                SaveScenarioWorkflow.Name, input, options, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Refused since it exists by now, or not reached at all: only reading tells.
            return await FindAsync(taskId, cancellationToken)
                ?? throw new EngineUnavailableException("The task could not be started.", exception);
        }

        return await ReadBackAsync(taskId, cancellationToken) ?? JustStarted(taskId, input);
    }

    public async Task<TaskSnapshot?> FindAsync(string taskId, CancellationToken cancellationToken)
    {
        var instance = await AskAsync(
            client => client.GetInstanceAsync(taskId, getInputsAndOutputs: true, cancellationToken), cancellationToken);
        return instance?.Name == SaveScenarioWorkflow.Name ? TaskSnapshots.Of(instance) : null;
    }

    /// <summary>
    /// A task hub keeps its instances by id, in no order of time. So this looks at all that match, without
    /// their data, and reads only those of the page in full: right, and as slow as the hub is large.
    /// </summary>
    public async Task<TaskPage> ListAsync(TaskQuery query, CancellationToken cancellationToken)
    {
        var after = query.Cursor is null ? null : TaskCursor.Parse(query.Cursor);
        var filter = new OrchestrationQuery(
            CreatedTo: after?.CreatedAt.AddMilliseconds(1),
            Statuses: query.State is { } state ? RuntimeStates.StatusesOf(state) : null,
            PageSize: ScanPageSize);
        var places = await AskAsync(
            client => client.GetAllInstancesAsync(filter)
                .Where(instance => instance.Name == SaveScenarioWorkflow.Name)
                .Select(instance => new TaskCursor(instance.CreatedAt, instance.InstanceId))
                .Where(place => after is null || after.IsFollowedBy(place))
                .OrderByDescending(place => place.CreatedAt)
                .ThenByDescending(place => place.TaskId, StringComparer.Ordinal)
                .Take(query.Limit + 1)
                .ToListAsync(cancellationToken)
                .AsTask(),
            cancellationToken);

        var page = places.Take(query.Limit).ToList();
        var tasks = await Task.WhenAll(page.Select(place => FindAsync(place.TaskId, cancellationToken)));
        return new TaskPage(
            [.. tasks.OfType<TaskSnapshot>().Where(task => query.State is null || task.State == query.State)],
            places.Count > page.Count ? page[^1].ToString() : null);
    }

    public async Task<TaskSnapshot?> CancelAsync(string taskId, CancellationToken cancellationToken)
    {
        var task = await FindAsync(taskId, cancellationToken);
        if (task is null || task.State.IsFinal())
        {
            return task;
        }

        Exception? refusal = null;
        try
        {
            await clients.Current.TerminateInstanceAsync(taskId, new TerminateInstanceOptions(), cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // It may have ended, or have been purged, since it was read: only reading tells.
            refusal = exception;
        }

        return await UntilEndedAsync(taskId, refusal, cancellationToken);
    }

    /// <summary>The orchestration ends only when its next turn reads the message.</summary>
    private async Task<TaskSnapshot?> UntilEndedAsync(string taskId, Exception? refusal, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
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

    /// <summary>It has started by now, so not being able to read it is no reason to say that it has not.</summary>
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
        new OrchestrationMetadata(SaveScenarioWorkflow.Name, taskId)
        {
            RuntimeStatus = OrchestrationRuntimeStatus.Pending,
            CreatedAt = time.GetUtcNow(),
            LastUpdatedAt = time.GetUtcNow(),
            SerializedInput = JsonSerializer.Serialize(input, CoreJson.Default.SaveScenarioInput),
        });

    private async Task<T> AskAsync<T>(Func<DurableTaskClient, Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask(clients.Current);
        }
        catch (Exception exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new EngineUnavailableException("The task hub does not answer.", exception);
        }
    }
}
