using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Local.Storage;

/// <summary>
/// Images as files under <c>generated-content</c>. A file appears whole or not at all: it is synced in the staging
/// folder beside it and then renamed. Temporary files that a crash has left are removed when the store is opened.
/// A process whose data folder another one has taken over removes nothing any more.
/// </summary>
internal sealed class LocalImageStore : IImageStore
{
    private const string TemporaryPattern = ".*.tmp";

    private readonly string root;
    private readonly LocalDatabase database;

    public LocalImageStore(DataDirectory directory, LocalDatabase database)
    {
        this.database = database;
        root = directory.ImagesPath;
        foreach (var left in Directory.EnumerateFiles(root, TemporaryPattern, SearchOption.AllDirectories))
        {
            File.Delete(left);
        }
    }

    public async Task<string> StoreAsync(
        string path, ImageFile image, string contentType, CancellationToken cancellationToken)
    {
        var file = FileOf(path);
        await Task.Run(() => Guard(path, () => Take(image, file)), cancellationToken);
        return ImagePath.Url(path);
    }

    public async Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        var file = FileOf(path);
        if (!File.Exists(file))
        {
            return;
        }

        await database.WriteAsync(_ => { }, cancellationToken); // the writer checks the owner's epoch in each transaction
        await Task.Run(() => Guard(path, () => File.Delete(file)), cancellationToken);
    }

    private static void Guard(string path, Action work)
    {
        try
        {
            work();
        }
        catch (IOException exception)
        {
            throw new StorageException($"The image {path} cannot be written: {exception.Message}", true, exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new StorageException($"The image {path} cannot be written: {exception.Message}", false, exception);
        }
    }

    private string FileOf(string path) => ImagePath.File(root, path)
        ?? throw new StorageException($"The image path '{path}' is not allowed.", isTransient: false);

    private void Take(ImageFile image, string file)
    {
        var folder = Path.GetDirectoryName(file)!;
        Directory.CreateDirectory(folder);
        using (var written = File.OpenHandle(image.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
        {
            RandomAccess.FlushToDisk(written);
        }

        File.Move(image.Path, file, overwrite: true);
        FlushFolders(folder);
    }

    /// <summary>Syncs the file's folder and the folders above it, up to the root: they may be new too.</summary>
    private void FlushFolders(string folder)
    {
        FolderSync.Flush(folder);
        if (folder.Length > root.Length)
        {
            FlushFolders(Path.GetDirectoryName(folder)!);
        }
    }
}
