using System.Formats.Tar;
using Microsoft.Data.Sqlite;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Local.Storage;

namespace ScenarioFunctions.Local.Backup;

/// <summary>
/// Makes a backup of a data folder, beside a running server or without one. The database is copied first and the images after it,
/// as an image is stored before a row names it. Images that are newer than the copy are taken too: what a restored
/// task finds on disk is not bought again.
/// </summary>
internal sealed class DataBackup : IDisposable
{
    private readonly string folder;
    private readonly string work;
    private readonly Dictionary<string, StoredFile> files = new(StringComparer.Ordinal);

    /// <param name="folder">The data folder.</param>
    /// <param name="work">An empty folder beside the backup, for what is not finished. Deleted at the end.</param>
    private DataBackup(string folder, string work) => (this.folder, this.work) = (folder, work);

    private string Copy => Path.Combine(work, DataDirectory.DatabaseName);

    private string EmulatorCopy => Path.Combine(work, DataDirectory.EmulatorName);

    private string Images => Path.Combine(folder, IImageStore.DefaultBucket);

    /// <summary>Writes the backup and checks it. The file appears when it is whole.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="file">The backup.</param>
    /// <param name="replace">Whether the file may exist.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the work; nothing is left of it.</param>
    /// <exception cref="BackupException">It could not be made.</exception>
    public static async Task<BackupReport> MakeAsync(
        string folder, string file, bool replace, TimeProvider time, CancellationToken cancellationToken)
    {
        Demand(folder, file, replace);
        try
        {
            using var backup = new DataBackup(folder, CreateFolder($"{file}.{Guid.NewGuid():N}.part"));
            return await backup.MakeAsync(file, replace, time, cancellationToken);
        }
        catch (SqliteException exception)
        {
            throw new BackupException(
                $"The database in {folder} could not be copied to {file} ({exception.Message}). No backup was made.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException
            or ArgumentOutOfRangeException) // of .NET, for a file that is too large for its disk
        {
            throw new BackupException($"The backup {file} could not be made: {exception.Message}", exception);
        }
    }

    public void Dispose() => Directory.Delete(work, recursive: true);

    private static void Demand(string folder, string file, bool replace)
    {
        if (!File.Exists(Path.Combine(folder, DataDirectory.DatabaseName)))
        {
            throw new BackupException(
                $"There is nothing to back up: the data folder {folder} has no {DataDirectory.DatabaseName}. SCENARIO_DATA_DIR names the folder.")
            {
                IsBadInput = true,
            };
        }

        if (Directory.Exists(file) || (File.Exists(file) && !replace))
        {
            throw new BackupException($"{file} exists. Choose another name; --force replaces a file.") { IsBadInput = true };
        }

        if (file.StartsWith(Path.Combine(folder, IImageStore.DefaultBucket) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new BackupException($"{file} is among the images, which everybody may read. Choose another folder.") { IsBadInput = true };
        }
    }

    private async Task<BackupReport> MakeAsync(string file, bool replace, TimeProvider time, CancellationToken cancellationToken)
    {
        var unfinished = Path.Combine(work, "backup.tar");
        BackupReport report;
        await using (var stream = CreateFile(unfinished))
        {
            await using (var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
            {
                report = await WriteAsync(tar, time, cancellationToken);
            }

            stream.Flush(flushToDisk: true);
        }

        await BackupFile.ReadAsync(unfinished, folder: null, cancellationToken);
        File.Move(unfinished, file, replace);
        FolderSync.Flush(Path.GetDirectoryName(file)!);
        return report with { Bytes = new FileInfo(file).Length };
    }

    private async Task<BackupReport> WriteAsync(TarWriter tar, TimeProvider time, CancellationToken cancellationToken)
    {
        IReadOnlySet<string> lost = new HashSet<string>();
        while (true)
        {
            var createdAt = time.GetUtcNow();
            DatabaseCopy.Make(Path.Combine(folder, DataDirectory.DatabaseName), Copy);
            using var database = DatabaseCopy.Open(Scratch());
            var named = database.ImagePaths();
            var missing = await AddImagesAsync(tar, named, cancellationToken);
            if (!missing.IsSubsetOf(lost))
            {
                lost = missing; // perhaps deleted since the copy was made: then a new copy does not name them
                continue;
            }

            CopyEmulator();
            var index = await AddIndexAsync(tar, database, cancellationToken);
            await AddFileAsync(tar, DataDirectory.DatabaseName, Copy, cancellationToken);
            if (File.Exists(EmulatorCopy))
            {
                await AddFileAsync(tar, DataDirectory.EmulatorName, EmulatorCopy, cancellationToken);
            }

            await EndAsync(tar, createdAt, [.. named, .. index], cancellationToken);
            return new BackupReport(database.Tasks, database.UnfinishedTasks, named.Union(index).Except(missing).Count(), missing.Count, 0);
        }
    }

    /// <summary>A second copy to look into, as looking into one brings its schema up to date.</summary>
    private string Scratch()
    {
        var scratch = Path.Combine(work, "scratch.db");
        File.Copy(Copy, scratch, overwrite: true);
        return scratch;
    }

    /// <summary>After the service's database, so that the emulator knows every generation that is on record there.</summary>
    private void CopyEmulator()
    {
        var emulator = Path.Combine(folder, DataDirectory.EmulatorName);
        if (File.Exists(emulator))
        {
            DatabaseCopy.Make(emulator, EmulatorCopy);
        }
    }

    /// <returns>The paths without a file.</returns>
    private async Task<IReadOnlySet<string>> AddImagesAsync(
        TarWriter tar, IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        var missing = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in paths.Where(path => !files.ContainsKey(BackupFile.ImagesPrefix + path)))
        {
            if (ImagePath.File(Images, path) is not { } file
                || !File.Exists(file)
                || !await AddFileAsync(tar, BackupFile.ImagesPrefix + path, file, cancellationToken))
            {
                missing.Add(path);
            }
        }

        return missing;
    }

    /// <summary>The entries of the index for the scenes of this database, with their images.</summary>
    /// <returns>The images' paths.</returns>
    private async Task<IReadOnlyList<string>> AddIndexAsync(TarWriter tar, DatabaseCopy database, CancellationToken cancellationToken)
    {
        var scenes = database.Scenes();
        var entries = LocalImageIndex.EntriesOf(Images).Where(entry => scenes.Contains(entry.SceneId)).ToList();
        var gone = await AddImagesAsync(tar, entries.Select(entry => entry.Path).Distinct(), cancellationToken);
        entries.RemoveAll(entry => gone.Contains(entry.Path));
        foreach (var entry in entries)
        {
            using var path = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(entry.Path));
            await BackupFile.AddAsync(tar, files, $"{BackupFile.IndexPrefix}{entry.SceneId}", path, cancellationToken);
        }

        return entries.ConvertAll(entry => entry.Path);
    }

    /// <returns>False when the file is gone.</returns>
    private async Task<bool> AddFileAsync(TarWriter tar, string name, string file, CancellationToken cancellationToken)
    {
        try
        {
            await using var data = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            await BackupFile.AddAsync(tar, files, name, data, cancellationToken);
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Lists what belongs to this copy of the database. An image of an earlier copy may have been deleted since.</summary>
    private Task EndAsync(TarWriter tar, DateTimeOffset createdAt, IReadOnlyList<string> images, CancellationToken cancellationToken)
    {
        var wanted = images.Select(path => BackupFile.ImagesPrefix + path).ToHashSet(StringComparer.Ordinal);
        var content = new BackupContent
        {
            Program = typeof(DataBackup).Assembly.GetName().Version?.ToString(3) ?? "",
            CreatedAt = createdAt,
            Files = files.Where(file => IsNoImage(file.Key) || wanted.Contains(file.Key)).ToDictionary(),
        };
        return BackupFile.EndAsync(tar, content, cancellationToken);
    }

    private static bool IsNoImage(string name) =>
        !name.StartsWith(BackupFile.ImagesPrefix, StringComparison.Ordinal) || name.StartsWith(BackupFile.IndexPrefix, StringComparison.Ordinal);

    private static string CreateFolder(string path) => OperatingSystem.IsWindows()
        ? Directory.CreateDirectory(path).FullName
        : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;

    /// <summary>Scenarios and credits are private.</summary>
    private static FileStream CreateFile(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }
}

/// <summary>What a backup has.</summary>
/// <param name="Tasks">All tasks.</param>
/// <param name="UnfinishedTasks">Of which so many were under way.</param>
/// <param name="Images">Files.</param>
/// <param name="LostImages">Images that rows name, and that were missing in the data folder already.</param>
/// <param name="Bytes">The size of the backup.</param>
internal sealed record BackupReport(int Tasks, int UnfinishedTasks, int Images, int LostImages, long Bytes);
