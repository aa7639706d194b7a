namespace ScenarioFunctions.Core.Storage;

/// <summary>The bucket of permanent images. Once stored, a path always has the same bytes.</summary>
public interface IImageStore
{
    /// <summary>The default of <c>SUPABASE_BUCKET</c>.</summary>
    const string DefaultBucket = "generated-content";

    /// <summary>Stores an image. Storing the same path again keeps the image or replaces it by the same bytes.</summary>
    /// <param name="path">Path in the bucket, such as <c>scenes/scene_{generation id}.png</c>.</param>
    /// <param name="image">At most 25 MiB. The store may move the file away.</param>
    /// <param name="contentType">Such as <c>image/png</c>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The permanent public URL: absolute, or a path on this host.</returns>
    /// <exception cref="StorageException"/>
    Task<string> StoreAsync(
        string path, ImageFile image, string contentType, CancellationToken cancellationToken);

    /// <summary>Removes an image. No error when it does not exist.</summary>
    /// <exception cref="StorageException"/>
    Task DeleteAsync(string path, CancellationToken cancellationToken);
}

/// <summary>
/// Records beside the images which image belongs to which scene. After the database is restored from a backup, newer images
/// can then be found again and need not be bought twice.
/// </summary>
public interface IImageIndex
{
    /// <summary>Call it before the image is stored.</summary>
    /// <exception cref="StorageException"/>
    Task AddAsync(Guid sceneId, string path, CancellationToken cancellationToken);

    /// <summary>The scene's stored image, if it is whole; null when there is none.</summary>
    /// <exception cref="StorageException"/>
    Task<StoredImage?> FindAsync(Guid sceneId, CancellationToken cancellationToken);

    /// <summary>Call it before the image is removed.</summary>
    /// <exception cref="StorageException"/>
    Task RemoveAsync(Guid sceneId, CancellationToken cancellationToken);
}

/// <param name="Path">Path in the bucket.</param>
/// <param name="Url">The permanent public URL.</param>
public sealed record StoredImage(string Path, string Url);

/// <summary>For a store whose database and images are always restored together.</summary>
internal sealed class NoImageIndex : IImageIndex
{
    public Task AddAsync(Guid sceneId, string path, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<StoredImage?> FindAsync(Guid sceneId, CancellationToken cancellationToken) => Task.FromResult<StoredImage?>(null);

    public Task RemoveAsync(Guid sceneId, CancellationToken cancellationToken) => Task.CompletedTask;
}
