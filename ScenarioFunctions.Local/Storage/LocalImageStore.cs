using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Local.Storage;

/// <summary>
/// Images as files below <c>generated-content</c>. A file appears whole or not at all: it is written under a
/// temporary name, synced, and renamed. Temporary files left by a crash go when the store is opened.
/// </summary>
internal sealed class LocalImageStore : IImageStore
{
    public const string TemporaryPattern = ".*.tmp";

    private readonly string root;
    private readonly Func<string, FileStream> create;

    public LocalImageStore(DataDirectory directory)
        : this(directory.ImagesPath, path => new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0))
    {
    }

    /// <param name="root">The folder; created when it is missing.</param>
    /// <param name="create">Opens a new file to write to.</param>
    internal LocalImageStore(string root, Func<string, FileStream> create)
    {
        this.root = root;
        this.create = create;
        Directory.CreateDirectory(root);
        foreach (var left in Directory.EnumerateFiles(root, TemporaryPattern, SearchOption.AllDirectories))
        {
            File.Delete(left);
        }
    }

    public async Task<string> StoreAsync(
        string path, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellationToken)
    {
        var file = FileOf(path);
        await Task.Run(() => Guard(path, () => Write(file, content.Span)), cancellationToken);
        return ImagePath.Url(path);
    }

    public Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        var file = FileOf(path);
        return Task.Run(() => Guard(path, () => Delete(file)), cancellationToken);
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

    private static void Delete(string file)
    {
        if (File.Exists(file))
        {
            File.Delete(file);
        }
    }

    private string FileOf(string path) => ImagePath.File(root, path)
        ?? throw new StorageException($"The image path '{path}' is not allowed.", isTransient: false);

    private void Write(string file, ReadOnlySpan<byte> content)
    {
        var folder = Path.GetDirectoryName(file)!;
        Directory.CreateDirectory(folder);
        var temporary = Path.Combine(folder, $".{Guid.NewGuid():N}.tmp");
        try
        {
            using (var stream = create(temporary))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, file, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        FlushFolders(folder);
    }

    /// <summary>The file's folder and those above it, which may be new as well, up to the root.</summary>
    private void FlushFolders(string folder)
    {
        FolderSync.Flush(folder);
        if (folder.Length > root.Length)
        {
            FlushFolders(Path.GetDirectoryName(folder)!);
        }
    }
}
