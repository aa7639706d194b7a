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
