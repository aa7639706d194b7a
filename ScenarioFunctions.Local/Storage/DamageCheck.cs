using ScenarioFunctions.Core;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Local.Storage;

/// <summary>
/// Checks the database for damage at the start and every hour, in the background. A damaged database is used as far as possible,
/// but reported as unhealthy.
/// </summary>
internal sealed partial class DamageCheck(LocalDatabase database, TimeProvider time, ILogger<DamageCheck> logger) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private volatile bool isDamaged;

    /// <summary>The result of the last check.</summary>
    public bool IsDamaged => isDamaged;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            await Task.Run(() => Look(stoppingToken), stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Look(CancellationToken stopping)
    {
        try
        {
            var faults = database.FindDamage(stopping);
            if (faults.Count > 0)
            {
                Damaged(logger, PlainText.OneLine(string.Join("; ", faults)));
            }

            isDamaged = faults.Count > 0;
        }
        catch (Exception exception) when (exception is StorageException or ObjectDisposedException)
        {
            NotLookedAt(logger, exception);
        }
    }

    [LoggerMessage(523, LogLevel.Critical,
        "The database is damaged: {Faults}. Stop the server, keep a copy of the data folder, and restore scenario.db from a backup.")]
    private static partial void Damaged(ILogger logger, string faults);

    [LoggerMessage(524, LogLevel.Warning, "The database could not be checked for damage")]
    private static partial void NotLookedAt(ILogger logger, Exception cause);
}
