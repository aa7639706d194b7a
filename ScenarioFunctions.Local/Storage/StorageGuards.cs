using Dapper;
using Microsoft.Data.Sqlite;

namespace ScenarioFunctions.Local.Storage;

/// <summary>
/// Refuses to start with a database that is older than its images, unless that was confirmed. Such a database was restored
/// from a backup, and its tasks would continue from their state at that time.
/// </summary>
internal sealed partial class RestoreGuard(
    LocalDatabase database, LocalImageIndex index, DataDirectory directory, LocalSettings settings, ILogger<RestoreGuard> logger)
    : IHostedService
{
    /// <exception cref="DataDirectoryException">The database does not know the image that was stored last.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (index.Last() is not var (sceneId, image) || database.Read(connection => IsKnown(connection, sceneId, image.Path)))
        {
            return Task.CompletedTask;
        }

        if (!settings.ConfirmRestore)
        {
            throw new DataDirectoryException(
                $"The database {directory.DatabasePath} is older than the images beside it: it does not know {image.Path}. "
                + "It was restored from a backup, or belongs to another folder. If the server starts, it finishes the tasks that were "
                + "unfinished at that time. Images that are on disk are used and not bought again. Images that were ordered "
                + "later and are not on disk are bought again, and later grants and charges are lost. "
                + "To accept this, start the server once with --confirm-restore; otherwise put the newer database back.");
        }

        index.ForgetLast();
        RestoreConfirmed(logger, image.Path);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A generation's id is recorded before its image is stored.</summary>
    public static bool IsKnown(SqliteConnection connection, Guid sceneId, string path) => connection.ExecuteScalar<bool>(
        """
        SELECT 1 FROM video_scenes WHERE id = @sceneId AND instr(@path, generation_id) > 0
        UNION SELECT 1 FROM video_scene_images WHERE id = @sceneId AND instr(@path, generation_id) > 0
        """,
        new { sceneId, path });

    [LoggerMessage(521, LogLevel.Warning, "Continuing with a database that is older than its images: it did not know {Path}")]
    private static partial void RestoreConfirmed(ILogger logger, string path);
}

/// <summary>Stops the host when another process has claimed the database and continues its tasks.</summary>
internal sealed partial class OwnerGuard(LocalDatabase database, IHostApplicationLifetime lifetime, ILogger<OwnerGuard> logger)
    : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        database.Replaced.Register(() =>
        {
            Replaced(logger);
            lifetime.StopApplication();
        });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(522, LogLevel.Critical,
        "Another process has taken over the data folder while this one was running. Was the lock file removed? Stopping.")]
    private static partial void Replaced(ILogger logger);
}
