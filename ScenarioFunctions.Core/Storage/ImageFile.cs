namespace ScenarioFunctions.Core.Storage;

/// <summary>The folder for images between download and store. They are on the disk, as hundreds do not fit into memory.</summary>
public sealed class ImageStaging
{
    private readonly string folder;
    private readonly Func<string, Stream> create;

    /// <param name="folder">Created when missing. Files in it that no process holds open were left by a crash and are removed.</param>
    /// <param name="create">Opens a new file and holds it open.</param>
    public ImageStaging(string folder, Func<string, Stream>? create = null)
    {
        this.folder = folder;
        this.create = create ?? CreateFile;
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            RemoveUnlessHeld(file);
        }
    }

    /// <summary>A new file; it is created on the disk when it is first used.</summary>
    public ImageFile Create() => new(Path.Combine(folder, $"{Guid.CreateVersion7():N}.image"), create);

    private static FileStream CreateFile(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, 0);
    }

    private static void RemoveUnlessHeld(string file)
    {
        try
        {
            new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 0, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another process is using it, or has just removed it.
        }
    }
}

/// <summary>An image in a file that is deleted when this is disposed, unless the store has moved it away.</summary>
public sealed class ImageFile(string path, Func<string, Stream> create) : IDisposable
{
    private Stream? content;

    public string Path { get; } = path;

    /// <summary>For writing and reading. Held open, so that no other process takes the file for a leftover of a crash.</summary>
    /// <exception cref="IOException">The file cannot be created.</exception>
    public Stream Content => content ??= create(Path);

    public void Dispose()
    {
        if (content is null)
        {
            return;
        }

        content.Dispose();
        try
        {
            File.Delete(Path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The image is stored or has failed by now. The next start removes the file.
        }
    }
}
