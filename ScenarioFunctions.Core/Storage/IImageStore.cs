namespace ScenarioFunctions.Core.Storage;

/// <summary>The bucket of permanent images. A path, once stored, keeps its bytes for good.</summary>
public interface IImageStore
{
    /// <summary>The bucket's name, unless the settings say otherwise.</summary>
    const string DefaultBucket = "generated-content";

    /// <summary>Stores an image; storing the same path again leaves it as it is or replaces it by the same bytes.</summary>
    /// <param name="path">Inside the bucket, such as <c>scenes/scene_{generation id}.png</c>.</param>
    /// <param name="image">At most 25 MiB. The store may move it away.</param>
    /// <param name="contentType">Such as <c>image/png</c>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The permanent public URL; absolute, or a path on this host.</returns>
    /// <exception cref="StorageException"/>
    Task<string> StoreAsync(
        string path, ImageFile image, string contentType, CancellationToken cancellationToken);

    /// <summary>Removes an image that was not charged; one that is not there is no error.</summary>
    /// <exception cref="StorageException"/>
    Task DeleteAsync(string path, CancellationToken cancellationToken);
}

/// <summary>
/// Which image was stored for which scene, kept beside the images: a database that was restored from a backup does not
/// know the images of later, and they need not be bought again.
/// </summary>
public interface IImageIndex
{
    /// <summary>To be called before the image is stored.</summary>
    /// <exception cref="StorageException"/>
    Task AddAsync(Guid sceneId, string path, CancellationToken cancellationToken);

    /// <summary>The scene's image, whole; null when there is none.</summary>
    /// <exception cref="StorageException"/>
    Task<StoredImage?> FindAsync(Guid sceneId, CancellationToken cancellationToken);

    /// <summary>To be called before the image is removed.</summary>
    /// <exception cref="StorageException"/>
    Task RemoveAsync(Guid sceneId, CancellationToken cancellationToken);
}

/// <param name="Path">Inside the bucket.</param>
/// <param name="Url">Its permanent public URL.</param>
public sealed record StoredImage(string Path, string Url);

/// <summary>For a store whose database and images are restored together, or not at all.</summary>
internal sealed class NoImageIndex : IImageIndex
{
    public Task AddAsync(Guid sceneId, string path, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<StoredImage?> FindAsync(Guid sceneId, CancellationToken cancellationToken) => Task.FromResult<StoredImage?>(null);

    public Task RemoveAsync(Guid sceneId, CancellationToken cancellationToken) => Task.CompletedTask;
}
