using System.Collections.Concurrent;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Tests.Infrastructure.Api;

/// <summary>Notes what is removed.</summary>
internal sealed class FakeImageStore : IImageStore
{
    public ConcurrentQueue<string> Removed { get; } = [];

    /// <summary>Paths that it refuses to remove.</summary>
    public Predicate<string> Refuses { get; set; } = _ => false;

    public Task<string> StoreAsync(string path, ImageFile image, string contentType, CancellationToken cancellationToken) =>
        throw new NotSupportedException("The API stores no image.");

    public Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        if (Refuses(path))
        {
            throw new StorageException("no", isTransient: true);
        }

        Removed.Enqueue(path);
        return Task.CompletedTask;
    }
}
