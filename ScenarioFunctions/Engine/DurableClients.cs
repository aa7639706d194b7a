using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Engine;

/// <summary>
/// The Durable Task client of the current invocation, and the only way to call it. The worker gives a client only to functions;
/// a function sets it here for the engine, as ASP.NET Core does with its HTTP context.
/// </summary>
public sealed class DurableClients(TimeProvider time)
{
    /// <summary>
    /// The timeout of one call. A storage account that hangs reports no error, but a request must be answered within 10 s, and it
    /// makes at most two such calls in a row.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private readonly AsyncLocal<DurableTaskClient?> current = new();

    /// <exception cref="InvalidOperationException">No function has set a client.</exception>
    public DurableTaskClient Current
    {
        get => current.Value ?? throw new InvalidOperationException("The function has not set a Durable Task client.");
        set => current.Value = value;
    }

    /// <inheritdoc cref="AskAsync{T}"/>
    public Task AskAsync(Func<DurableTaskClient, CancellationToken, Task> ask, CancellationToken cancellationToken) =>
        AskAsync<object?>(
            async (client, token) =>
            {
                await ask(client, token);
                return null;
            },
            cancellationToken);

    /// <param name="ask">One call; its token also fires after the timeout.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    /// <exception cref="EngineUnavailableException">The task hub failed or did not answer in time.</exception>
    public async Task<T> AskAsync<T>(
        Func<DurableTaskClient, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            return await ask(Current, either.Token).WaitAsync(either.Token);
        }
        catch (Exception exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new EngineUnavailableException("The task hub does not answer.", exception);
        }
    }
}

/// <summary>Starts orchestrations, each under an id of its own.</summary>
internal static class HubStarts
{
    /// <summary>Starts it, unless there is one with that id in one of the kept states. One in another state starts over.</summary>
    /// <returns>The one that was there already, with its input and output; null when it was started.</returns>
    /// <exception cref="EngineUnavailableException"/>
    public static async Task<OrchestrationMetadata?> ScheduleAsync(
        this DurableClients clients, TaskName name, string id, object input, OrchestrationRuntimeStatus[] kept, CancellationToken cancellationToken)
    {
        var options = new StartOrchestrationOptions(id).WithDedupeStatuses(kept);
        try
        {
            await clients.AskAsync((client, token) => client.ScheduleNewOrchestrationInstanceAsync(name, input, options, token), cancellationToken);
            return null;
        }
        catch (EngineUnavailableException)
        {
            // The call failed because such an instance exists, or did not reach the hub. Only a read can tell.
            var known = await clients.AskAsync((client, token) => client.GetInstanceAsync(id, getInputsAndOutputs: true, token), cancellationToken);
            if (known is not null && kept.Contains(known.RuntimeStatus))
            {
                return known;
            }

            throw;
        }
    }
}

/// <summary>Terminating an orchestration does not stop its activities, so each checks for a cancel itself.</summary>
internal sealed class DurableStepContext(DurableClients clients, string taskId) : IStepContext
{
    public CancellationToken Cancelled => CancellationToken.None;

    /// <summary>The task's instance as it was last read; null when it was not.</summary>
    public OrchestrationMetadata? Seen { get; private set; }

    /// <summary>A missing instance was purged, so it counts as cancelled: nobody will see the result.</summary>
    public async ValueTask<bool> IsCancelledAsync(CancellationToken cancellationToken)
    {
        var instance = await clients.AskAsync(
            (client, token) => client.GetInstanceAsync(taskId, getInputsAndOutputs: false, token), cancellationToken);
        Seen = instance ?? Seen;
        return instance is null || RuntimeStates.StateOf(instance.RuntimeStatus) == TaskState.Cancelled;
    }
}

/// <summary>Healthy when the task hub answers. Its exceptions are logged, not shown.</summary>
internal sealed class TaskHubHealthCheck(DurableClients clients) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await clients.AskAsync(
            (client, token) => client.GetInstanceAsync("health", getInputsAndOutputs: false, token), cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
