namespace ScenarioFunctions.Core.Runway;

/// <summary>RunwayML, as the image step uses it. Every member throws <see cref="ImageServiceException"/>.</summary>
public interface IImageGenerator
{
    /// <summary>Asks for one image: this is what costs money. Never sent twice when its answer was lost.</summary>
    /// <returns>The generation's id.</returns>
    Task<string> SubmitAsync(ImageRequest request, CancellationToken cancellationToken);

    /// <summary>The generation as it is now; its output URLs are fresh.</summary>
    Task<Generation> GetAsync(string generationId, CancellationToken cancellationToken);

    /// <summary>Downloads an output: at most 25 MiB, an image by its type and its first bytes.</summary>
    Task<DownloadedImage> DownloadAsync(Uri output, CancellationToken cancellationToken);

    /// <summary>Cancels a generation under way; one that is gone or has ended is no error.</summary>
    Task CancelAsync(string generationId, CancellationToken cancellationToken);
}
