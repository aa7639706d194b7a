using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Settings;

namespace ScenarioFunctions.Core.Tasks;

/// <summary>Removes tasks that ended long ago. Each host calls it every hour. Scenarios, scenes and images stay.</summary>
public sealed partial class TaskRetention(
    ITaskEngine engine, ServiceSettings settings, TimeProvider time, ILogger<TaskRetention> logger)
{
    /// <summary>How often a host calls it.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>Does not throw: a task that cannot be removed now is removed at a later call.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        if (settings.Retention is not { } retention)
        {
            return;
        }

        try
        {
            var removed = await engine.ForgetAsync(time.GetUtcNow() - retention, stopping);
            if (removed > 0)
            {
                Removed(logger, removed, retention.Days);
            }
        }
        catch (EngineUnavailableException exception)
        {
            NotRemoved(logger, exception.Message);
        }
    }

    [LoggerMessage(801, LogLevel.Information, "{Count} tasks that ended more than {Days} days ago were removed")]
    private static partial void Removed(ILogger logger, int count, int days);

    [LoggerMessage(802, LogLevel.Warning, "Ended tasks could not be removed, next attempt in an hour: {Fault}")]
    private static partial void NotRemoved(ILogger logger, string fault);
}
