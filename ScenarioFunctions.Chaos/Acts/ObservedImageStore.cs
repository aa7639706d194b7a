using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Chaos.Acts;

/// <summary>The images, observed.</summary>
internal sealed class ObservedImageStore(IImageStore inner, IActObserver observer) : IImageStore
{
    public Task<string> StoreAsync(
        string path, ImageFile image, string contentType, CancellationToken cancellationToken) =>
        observer.AroundAsync(Act.Store, () => inner.StoreAsync(path, image, contentType, cancellationToken));

    public Task DeleteAsync(string path, CancellationToken cancellationToken) =>
        observer.AroundAsync(Act.Discard, () => inner.DeleteAsync(path, cancellationToken));
}
