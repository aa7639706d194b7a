using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ScenarioFunctions.Engine;

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
