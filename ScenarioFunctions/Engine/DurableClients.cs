using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Tasks;

namespace ScenarioFunctions.Engine;

/// <summary>
/// The Durable Task client of the invocation under way, and the one way to call it. The worker gives a client to each
/// function and to nobody else; a function hands it on here, for the engine, as ASP.NET Core does with its context.
/// </summary>
public sealed class DurableClients(TimeProvider time)
{
    /// <summary>
    /// What one call may take. A storage account that hangs refuses nothing, and a request must be answered within 10 s:
    /// it makes at most two calls one after the other that take this long.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private readonly AsyncLocal<DurableTaskClient?> current = new();

    /// <exception cref="InvalidOperationException">No function has handed one on.</exception>
    public DurableTaskClient Current
    {
        get => current.Value ?? throw new InvalidOperationException("The function has handed on no Durable Task client.");
        set => current.Value = value;
    }

    /// <param name="ask">One call; its token also ends when the patience does.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <exception cref="EngineUnavailableException">The task hub refused, or did not answer in time.</exception>
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

/// <summary>A terminated orchestration leaves its activities running, so each asks for itself.</summary>
internal sealed class DurableStepContext(DurableClients clients, string taskId) : IStepContext
{
    public CancellationToken Cancelled => CancellationToken.None;

    /// <summary>An instance that is gone was purged: nobody will see what is still done for it.</summary>
    public async ValueTask<bool> IsCancelledAsync(CancellationToken cancellationToken)
    {
        var instance = await clients.AskAsync(
            (client, token) => client.GetInstanceAsync(taskId, getInputsAndOutputs: false, token), cancellationToken);
        return instance is null || RuntimeStates.StateOf(instance.RuntimeStatus) == TaskState.Cancelled;
    }
}

/// <summary>Whether the task hub answers: what it throws otherwise is logged, and makes it unhealthy.</summary>
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
