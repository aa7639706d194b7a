using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Engines;

/// <summary>Stores bytes as a download leaves them: in a file, which the store may take.</summary>
internal static class StoredBytes
{
    public static async Task<string> StoreAsync(
        this IImageStore store, string path, byte[] content, string contentType, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        using var image = new ImageStaging(folder.Path).Create();
        await image.Content.WriteAsync(content, cancellationToken);
        return await store.StoreAsync(path, image, contentType, cancellationToken);
    }
}
