using System.Text;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Local.Storage;

/// <summary>
/// One small file per scene, <c>.by-scene/{scene id}</c> beside the images, with the path of the scene's image. The file
/// <c>.by-scene/last</c> names the scene whose image was stored last: a database that does not know that image is older.
/// </summary>
internal sealed class LocalImageIndex : IImageIndex
{
    public const string FolderName = ".by-scene";

    private const string LastName = "last";

    private readonly string root;
    private readonly string folder;
    private readonly string last;

    public LocalImageIndex(DataDirectory directory)
    {
        root = directory.ImagesPath;
        folder = Path.Combine(root, FolderName);
        last = Path.Combine(folder, LastName);
    }

    /// <summary>All scenes and the paths of their images, for whoever copies them. An image may be missing.</summary>
    /// <param name="images">The folder of images.</param>
    public static IEnumerable<(Guid SceneId, string Path)> EntriesOf(string images)
    {
        var index = new DirectoryInfo(Path.Combine(images, FolderName));
        foreach (var entry in index.Exists ? index.EnumerateFiles() : [])
        {
            if (Guid.TryParseExact(entry.Name, "D", out var sceneId) && ReadIfThere(entry.FullName) is { } path)
            {
                yield return (sceneId, path);
            }
        }
    }

    /// <summary>
    /// Makes this scene's image the last that was stored. The file is written in place: if each image replaced it, each would delete
    /// a file, and file systems search long for a place for a new file while many were just deleted (ext4 does).
    /// </summary>
    /// <param name="images">The folder of images.</param>
    /// <param name="sceneId">The scene.</param>
    public static void SetLast(string images, Guid sceneId)
    {
        var file = Path.Combine(images, FolderName, LastName);
        using var written = File.OpenHandle(file, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.Write(written, Encoding.UTF8.GetBytes(sceneId.ToString()), fileOffset: 0); // an id has always this length
    }

    public Task AddAsync(Guid sceneId, string path, CancellationToken cancellationToken) => Task.Run(
        () => Guard(() =>
        {
            Directory.CreateDirectory(folder);
            WriteEntry(FileOf(sceneId), path);
            SetLast(root, sceneId);
            FolderSync.Flush(folder);
        }),
        cancellationToken);

    public Task<StoredImage?> FindAsync(Guid sceneId, CancellationToken cancellationToken) =>
        Task.FromResult(Guard(() => Find(sceneId)));

    public Task RemoveAsync(Guid sceneId, CancellationToken cancellationToken)
    {
        Guard(() =>
        {
            if (Directory.Exists(folder))
            {
                File.Delete(FileOf(sceneId));
            }
        });
        return Task.CompletedTask;
    }

    /// <summary>The scene whose image was stored last, and the image; null when there is none, or it is forgotten.</summary>
    public (Guid SceneId, StoredImage Image)? Last() => Guard<(Guid, StoredImage)?>(() =>
        Guid.TryParse(ReadIfThere(last), out var sceneId) && Find(sceneId) is { } image
            ? (sceneId, image)
            : null);

    /// <summary>There is no last image until the next one is stored.</summary>
    public void ForgetLast() => Guard(() => File.Delete(last));

    private string FileOf(Guid sceneId) => Path.Combine(folder, sceneId.ToString());

    private StoredImage? Find(Guid sceneId) =>
        ReadIfThere(FileOf(sceneId)) is { } path && ImagePath.File(root, path) is { } file && File.Exists(file)
            ? new StoredImage(path, ImagePath.Url(path))
            : null;

    /// <summary>Null when there is no such file. Another thread may remove it at any time.</summary>
    private static string? ReadIfThere(string file)
    {
        try
        {
            return File.Exists(file) ? File.ReadAllText(file) : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>It appears whole or not at all.</summary>
    private void WriteEntry(string file, string path)
    {
        var temporary = Path.Combine(folder, $".{Guid.NewGuid():N}.tmp");
        using (var stream = new FileStream(temporary, FileMode.CreateNew))
        {
            stream.Write(Encoding.UTF8.GetBytes(path));
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, file, overwrite: true);
    }

    private static void Guard(Action work) => Guard(() =>
    {
        work();
        return true;
    });

    private static T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(
                $"The image index cannot be read or written: {exception.Message}", exception is IOException, exception);
        }
    }
}
