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
