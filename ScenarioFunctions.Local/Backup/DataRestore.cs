using Microsoft.Data.Sqlite;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Local.Storage;

namespace ScenarioFunctions.Local.Backup;

/// <summary>
/// Puts a backup in place of the files of a data folder. It is unpacked and checked beside them first. What was there before is
/// kept, and its images are used for scenes that the backup has no image of.
/// </summary>
internal sealed class DataRestore : IDisposable
{
    private static readonly string[] Replaced =
    [
        .. Databases(DataDirectory.DatabaseName), .. Databases(DataDirectory.EmulatorName), IImageStore.DefaultBucket,
    ];

    /// <summary>The folder in which a backup is unpacked, in the data folder. One that was killed leaves it.</summary>
    private const string WorkName = "restore.part";

    private readonly DataDirectory directory;
    private readonly string work;

    private DataRestore(DataDirectory directory)
    {
        this.directory = directory;
        work = Path.Combine(directory.Path, WorkName);
        Dispose();
        Directory.CreateDirectory(work);
    }

    private string Images => Path.Combine(work, IImageStore.DefaultBucket);

    /// <summary>Restores a backup. Until it has been checked, the folder stays as it is.</summary>
    /// <param name="file">The backup.</param>
    /// <param name="folder">The data folder.</param>
    /// <param name="replace">Whether the folder may have data.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the work before anything was replaced.</param>
    /// <exception cref="BackupException">The file is not a whole backup, or the folder has data.</exception>
    /// <exception cref="DataDirectoryException">Another process uses the folder.</exception>
    public static async Task<RestoreReport> RunAsync(
        string file, string folder, bool replace, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
        {
            throw new BackupException($"There is no file {file}.") { IsBadInput = true };
        }

        if (!replace && HasData(folder))
        {
            throw new BackupException(
                $"The data folder {folder} is not empty. With --force its data are kept in a folder in it, and the backup takes their place. "
                + "Or set SCENARIO_DATA_DIR to another folder.")
            {
                IsBadInput = true,
            };
        }

        using var directory = DataDirectory.Open(folder, forRestore: true);
        try
        {
            using var restore = new DataRestore(directory);
            return await restore.RunAsync(file, time.GetUtcNow(), cancellationToken);
        }
        catch (SqliteException exception)
        {
            throw new BackupException($"The database in {file} cannot be used: {exception.Message}. The data folder is as it was.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException
            or ArgumentOutOfRangeException) // of .NET, for a file that is too large for its disk
        {
            throw new BackupException(
                $"The backup {file} could not be restored to {folder}: {exception.Message} "
                + (File.Exists(directory.RestoreMarkPath) ? "Restore it again, with --force." : "The data folder is as it was."),
                exception);
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(work))
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static string[] Databases(string name) => [name, $"{name}-wal", $"{name}-shm"];

    /// <summary>A refused start leaves a lock and an empty folder of images, a killed restore what it had unpacked.</summary>
    private static bool HasData(string folder) => Directory.Exists(folder)
        && Directory.EnumerateFileSystemEntries(folder).Any(entry => Path.GetFileName(entry) switch
        {
            DataDirectory.LockName or WorkName => false,
            IImageStore.DefaultBucket => Directory.EnumerateFileSystemEntries(entry).Any(),
            _ => true,
        });

    private async Task<RestoreReport> RunAsync(string file, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var content = await BackupFile.ReadAsync(file, work, cancellationToken);
        Directory.CreateDirectory(Path.Combine(Images, LocalImageIndex.FolderName));
        RestoreReport report;
        using (var database = OpenDatabase(file))
        {
            database.EndLeases();
            var kept = KeepImages(database, cancellationToken);
            var newer = LocalImageIndex.EntriesOf(Images).Where(entry => !database.Knows(entry.SceneId, entry.Path)).ToList();
            if (newer.Count > 0)
            {
                LocalImageIndex.SetLast(Images, newer[0].SceneId); // the next start asks before it continues
            }

            report = new RestoreReport(content.CreatedAt, database.Tasks, database.UnfinishedTasks, newer.Count, kept, null);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return report with { Before = Replace(now) };
    }

    private DatabaseCopy OpenDatabase(string file)
    {
        try
        {
            return DatabaseCopy.Open(Path.Combine(work, DataDirectory.DatabaseName));
        }
        catch (DataDirectoryException newer)
        {
            throw new BackupException(
                $"The backup {file} was made by a newer version of this program. Restore it with that one.", newer)
            { IsBadInput = true };
        }
    }

    /// <summary>Copies the images of the folder that unfinished scenes of the backup lack.</summary>
    /// <returns>How many.</returns>
    private int KeepImages(DatabaseCopy database, CancellationToken cancellationToken)
    {
        var scenes = database.Scenes();
        var kept = 0;
        foreach (var (sceneId, path) in LocalImageIndex.EntriesOf(directory.ImagesPath))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var entry = Path.Combine(Images, LocalImageIndex.FolderName, $"{sceneId}");
            if (scenes.Contains(sceneId)
                && !File.Exists(entry)
                && ImagePath.File(directory.ImagesPath, path) is { } image
                && File.Exists(image))
            {
                var target = ImagePath.File(Images, path)!;
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(image, target, overwrite: true);
                File.WriteAllText(entry, path);
                kept++;
            }
        }

        return kept;
    }

    /// <returns>The folder with what was there before; null when nothing was.</returns>
    private string? Replace(DateTimeOffset now)
    {
        var before = Path.Combine(directory.Path, $"before-restore-{now.UtcDateTime:yyyyMMdd-HHmmss-fff}");
        var isReplaced = File.Exists(Path.Combine(directory.Path, DataDirectory.DatabaseName)) || HasData(directory.ImagesPath);
        File.WriteAllText(directory.RestoreMarkPath, "");
        FolderSync.Flush(directory.Path);
        Directory.CreateDirectory(before);
        Move(directory.Path, before);
        Move(work, directory.Path);
        FolderSync.Flush(directory.Path);
        if (!isReplaced)
        {
            Directory.Delete(before, recursive: true);
        }

        File.Delete(directory.RestoreMarkPath);
        return isReplaced ? before : null;
    }

    private static void Move(string from, string to)
    {
        foreach (var name in Replaced)
        {
            var source = Path.Combine(from, name);
            if (Directory.Exists(source))
            {
                Directory.Move(source, Path.Combine(to, name));
            }
            else if (File.Exists(source))
            {
                File.Move(source, Path.Combine(to, name));
            }
        }
    }
}

/// <summary>What a restore has put in place.</summary>
/// <param name="CreatedAt">When the database was copied.</param>
/// <param name="Tasks">All tasks.</param>
/// <param name="UnfinishedTasks">Of which so many are continued by the next start.</param>
/// <param name="NewerImages">Images that the database does not know. The next start has to be confirmed for these.</param>
/// <param name="KeptImages">Of which so many come from the folder, and not from the backup.</param>
/// <param name="Before">The folder with the data that were there; null when there were none.</param>
internal sealed record RestoreReport(
    DateTimeOffset CreatedAt, int Tasks, int UnfinishedTasks, int NewerImages, int KeptImages, string? Before);
