using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ScenarioFunctions.Engine;

/// <summary>Whether the task hub answers.</summary>
internal sealed class TaskHubHealthCheck(DurableClients clients) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await clients.Current.GetInstanceAsync("health", getInputsAndOutputs: false, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy("The task hub does not answer.", exception);
        }
    }
}
