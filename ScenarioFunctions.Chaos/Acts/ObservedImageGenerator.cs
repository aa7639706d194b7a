using ScenarioFunctions.Core.Runway;

namespace ScenarioFunctions.Chaos.Acts;

/// <summary>RunwayML, observed.</summary>
internal sealed class ObservedImageGenerator(IImageGenerator inner, IActObserver observer) : IImageGenerator
{
    public Task<OrderedImage> SubmitAsync(ImageRequest request, CancellationToken cancellationToken) =>
        observer.AroundAsync(Act.Submit, () => inner.SubmitAsync(request, cancellationToken));

    public Task<Generation> GetAsync(string generationId, CancellationToken cancellationToken) =>
        observer.AroundAsync(Act.Look, () => inner.GetAsync(generationId, cancellationToken));

    public Task<DownloadedImage> DownloadAsync(Uri output, CancellationToken cancellationToken) =>
        observer.AroundAsync(Act.Download, () => inner.DownloadAsync(output, cancellationToken));

    public Task CancelAsync(string generationId, CancellationToken cancellationToken) =>
        observer.AroundAsync(Act.Cancel, () => inner.CancelAsync(generationId, cancellationToken));

    /// <summary>Changes nothing, so it is no act.</summary>
    public Task<int?> FindConcurrencyAsync(string model, CancellationToken cancellationToken) =>
        inner.FindConcurrencyAsync(model, cancellationToken);
}
