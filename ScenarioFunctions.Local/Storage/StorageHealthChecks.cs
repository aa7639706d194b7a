using Dapper;
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
            database.Read(connection => connection.ExecuteScalar<int>("SELECT 1"));
            await database.WriteAsync(_ => { }, cancellationToken).WaitAsync(Patience, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception exception) when (exception is StorageException or TimeoutException or ObjectDisposedException)
        {
            return HealthCheckResult.Unhealthy(exception.Message);
        }
    }
}

/// <summary>Healthy when a file can be written to the folder of images.</summary>
internal sealed class ImagesHealthCheck(DataDirectory directory) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await ProbeAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return HealthCheckResult.Unhealthy($"The folder of images cannot be written to: {exception.Message}");
        }
    }

    private async Task ProbeAsync(CancellationToken cancellationToken)
    {
        var probe = Path.Combine(directory.ImagesPath, $".{Guid.NewGuid():N}.tmp");
        try
        {
            await File.WriteAllTextAsync(probe, "health", cancellationToken);
        }
        finally
        {
            File.Delete(probe);
        }
    }
}
