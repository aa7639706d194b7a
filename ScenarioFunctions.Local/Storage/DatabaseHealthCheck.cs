using Microsoft.Extensions.Diagnostics.HealthChecks;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Local.Storage;

/// <summary>Healthy when the database answers a read and its writer takes work.</summary>
internal sealed class DatabaseHealthCheck(LocalDatabase database) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            database.Read(session => session.Execute("SELECT 1"));
            await database.WriteAsync(_ => { }, cancellationToken).WaitAsync(Patience, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception exception) when (exception is StorageException or TimeoutException or ObjectDisposedException)
        {
            return HealthCheckResult.Unhealthy(exception.Message);
        }
    }
}
