using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Local.Storage;

/// <summary>
/// The folder that holds all data, open in only one process at a time. The lock is the operating system's, on the file
/// <c>lock</c>, so it ends with the process, however that ends.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    public const string DatabaseName = "scenario.db";
    public const string EmulatorName = "emulator.db";
    public const string LockName = "lock";
    public const string AnnouncementName = "server.json";
    private const string RestoreName = "restore-under-way";
    private const int LockAttempts = 10;
    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(30);

    private readonly FileStream held;
    private Uri? announced;

    private DataDirectory(string path, FileStream held)
    {
        Path = path;
        this.held = held;
        LockId = ReadLockId(held);
    }

    /// <summary>Absolute.</summary>
    public string Path { get; }

    /// <summary>The lock file's id. If it changes, somebody has replaced the file, perhaps while its process was running.</summary>
    public string LockId { get; }

    public string DatabasePath => System.IO.Path.Combine(Path, DatabaseName);

    public string EmulatorPath => System.IO.Path.Combine(Path, EmulatorName);

    public string ImagesPath => System.IO.Path.Combine(Path, IImageStore.DefaultBucket);

    /// <summary>For images during their download. On the same file system as the stored images, so that storing is a rename.</summary>
    public string StagingPath => System.IO.Path.Combine(ImagesPath, ".staging");

    /// <summary>Is there while files are being replaced by those of a backup, so that nobody starts with some of both.</summary>
    public string RestoreMarkPath => System.IO.Path.Combine(Path, RestoreName);

    private string AnnouncementPath => System.IO.Path.Combine(Path, AnnouncementName);

    /// <summary>Creates the folder if it is missing, and locks it until disposed.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="forRestore">Also when a restore was interrupted.</param>
    /// <exception cref="DataDirectoryException">It is not writable, another process holds it, or a restore was interrupted.</exception>
    public static DataDirectory Open(string path, bool forRestore = false)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(path);
            RestrictToOwner(path);
            var directory = new DataDirectory(path, Lock(path));
            if (!forRestore && File.Exists(directory.RestoreMarkPath))
            {
                directory.Dispose();
                throw Interrupted(path);
            }

            directory.RemoveAnnouncement(); // left by a server that was killed
            Directory.CreateDirectory(directory.ImagesPath);
            return directory;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(path, exception);
        }
    }

    /// <summary>The URL of the running server that holds the folder; null when there is none.</summary>
    public static Uri? FindServer(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        return ReadAnnouncement(path) is { } server && IsHeld(path) ? server.Url : null;
    }

    /// <summary>Publishes this server's address for other processes, until disposed.</summary>
    /// <exception cref="DataDirectoryException">The folder is not writable.</exception>
    public void Announce(Uri url)
    {
        var temporary = AnnouncementPath + ".tmp";
        try
        {
            File.WriteAllText(temporary, JsonSerializer.Serialize(new ServerAnnouncement(url, Environment.ProcessId), StorageJson.Default.ServerAnnouncement));
            File.Move(temporary, AnnouncementPath, overwrite: true);
            announced = url;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(Path, exception);
        }
    }

    public void Dispose()
    {
        if (held.CanRead)
        {
            if (ReadAnnouncement(Path)?.Url == announced)
            {
                RemoveAnnouncement(); // but not one of a process that has taken over
            }

            held.Dispose();
        }
    }

    /// <summary>
    /// Gives access only to this user, as scenarios and credits are private. Does not change a shared folder such as /tmp, or
    /// a folder of another owner.
    /// </summary>
    private static void RestrictToOwner(string path)
    {
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        if (OperatingSystem.IsWindows() || File.GetUnixFileMode(path) is Owner or >= UnixFileMode.StickyBit)
        {
            return;
        }

        try
        {
            File.SetUnixFileMode(path, Owner);
        }
        catch (UnauthorizedAccessException)
        {
        }
    }

    private static string ReadLockId(FileStream held)
    {
        Span<byte> id = stackalloc byte[36];
        if (held.ReadAtLeast(id, id.Length, throwOnEndOfStream: false) < id.Length)
        {
            held.Position = 0;
            Guid.NewGuid().TryFormat(id, out _);
            held.Write(id);
            held.Flush(flushToDisk: true);
        }

        return Encoding.UTF8.GetString(id);
    }

    private void RemoveAnnouncement() => File.Delete(AnnouncementPath);

    /// <summary>Retries for a moment, as <see cref="FindServer"/> in another process holds the lock for an instant.</summary>
    private static FileStream Lock(string path)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return OpenLock(path);
            }
            catch (IOException exception) when (IsSharingViolation(exception))
            {
                if (attempt == LockAttempts)
                {
                    throw HeldByAnother(path, exception);
                }

                Thread.Sleep(LockPause);
            }
        }
    }

    private static FileStream OpenLock(string path) =>
        new(System.IO.Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    private static bool IsHeld(string path)
    {
        try
        {
            OpenLock(path).Dispose();
            return false;
        }
        catch (IOException exception) when (IsSharingViolation(exception))
        {
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>EWOULDBLOCK on Linux and macOS, ERROR_SHARING_VIOLATION on Windows.</summary>
    private static bool IsSharingViolation(IOException exception) =>
        exception.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static DataDirectoryException NotWritable(string path, Exception cause) => new(
        $"The data folder {path} cannot be written to ({cause.Message}). "
        + "Make it writable, or set SCENARIO_DATA_DIR to another folder.",
        cause);

    private static DataDirectoryException Interrupted(string path) => new(
        $"A restore of the data folder {path} was interrupted, so its files do not belong together. "
        + "Restore the backup again, with --force. What was in the folder before is in a folder in it that is named before-restore-….");

    private static DataDirectoryException HeldByAnother(string path, Exception cause)
    {
        var holder = ReadAnnouncement(path) is { } server
            ? $"the server at {server.Url} (process {server.ProcessId})"
            : "another process";
        return new DataDirectoryException(
            $"The data folder {path} is in use by {holder}. Stop it first, or use another folder with "
            + "SCENARIO_DATA_DIR. The commands, such as `save`, can run at the same time: they use the running server.",
            cause)
        {
            IsHeld = true,
        };
    }

    private static ServerAnnouncement? ReadAnnouncement(string path)
    {
        path = System.IO.Path.Combine(path, AnnouncementName);
        try
        {
            return !File.Exists(path) ? null : JsonSerializer.Deserialize(File.ReadAllBytes(path), StorageJson.Default.ServerAnnouncement);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}

/// <summary>The content of <c>server.json</c>: the server that holds the data folder.</summary>
internal sealed record ServerAnnouncement(Uri Url, int ProcessId);

[JsonSerializable(typeof(ServerAnnouncement))]
internal sealed partial class StorageJson : JsonSerializerContext;

/// <summary>The data folder cannot be used.</summary>
/// <param name="message">Text for people: what is wrong with which folder, and what to do.</param>
/// <param name="inner">The cause.</param>
internal sealed class DataDirectoryException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Another process holds the folder; it may soon release it.</summary>
    public bool IsHeld { get; init; }
}
