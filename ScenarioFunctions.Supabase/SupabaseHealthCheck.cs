using Microsoft.Extensions.Diagnostics.HealthChecks;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Supabase;

/// <summary>Healthy when the database answers to the key, and has the service's tables.</summary>
internal sealed class SupabaseHealthCheck(IScenarioStore scenarios) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await scenarios.FindSceneAsync(Guid.Empty, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (StorageException exception)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, exception.Message);
        }
    }
}
