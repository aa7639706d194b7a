using Dapper;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using ScenarioFunctions.Core;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Local.Storage;

/// <summary>
/// Healthy when the database can be read, its writer accepts work, and no damage was found. The route is public, so details that
/// may contain paths go to the log only.
/// </summary>
internal sealed partial class DatabaseHealthCheck(
    LocalDatabase database, DamageCheck damage, FaultLog faults, ILogger<DatabaseHealthCheck> logger) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            database.Read(connection => connection.ExecuteScalar<int>("SELECT 1"));
            await database.WriteAsync(_ => { }, cancellationToken).WaitAsync(Patience, cancellationToken);
            return damage.IsDamaged
                ? HealthCheckResult.Unhealthy("The database is damaged; the log says how, and what to do.")
                : HealthCheckResult.Healthy();
        }
        catch (Exception exception) when (exception is StorageException or TimeoutException or ObjectDisposedException)
        {
            if (faults.IsDue("health of the database", out var count))
            {
                Unusable(logger, exception, count);
            }

            return HealthCheckResult.Unhealthy("The database cannot be read or written; the log says why.");
        }
    }

    [LoggerMessage(525, LogLevel.Error, "The database cannot be read or written ({Count} times)")]
    private static partial void Unusable(ILogger logger, Exception cause, int count);
}

/// <summary>Healthy when a file can be written to the images' folder.</summary>
internal sealed partial class ImagesHealthCheck(DataDirectory directory, FaultLog faults, ILogger<ImagesHealthCheck> logger) : IHealthCheck
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
            if (faults.IsDue("health of the images", out var count))
            {
                NotWritable(logger, exception, count);
            }

            return HealthCheckResult.Unhealthy("The folder of images cannot be written to; the log says why.");
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

    [LoggerMessage(526, LogLevel.Error, "The folder of images cannot be written to ({Count} times)")]
    private static partial void NotWritable(ILogger logger, Exception cause, int count);
}
