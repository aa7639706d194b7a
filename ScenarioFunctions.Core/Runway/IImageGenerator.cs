using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Core.Runway;

/// <summary>RunwayML, as the image step uses it. Every member throws <see cref="ImageServiceException"/>.</summary>
public interface IImageGenerator
{
    /// <summary>Asks for one image: this is what costs money. Never sent twice when its answer was lost.</summary>
    Task<OrderedImage> SubmitAsync(ImageRequest request, CancellationToken cancellationToken);

    /// <summary>The generation as it is now; its output URLs are fresh.</summary>
    Task<Generation> GetAsync(string generationId, CancellationToken cancellationToken);

    /// <summary>Downloads an output to the disk: at most 25 MiB, and one whole image by its bytes.</summary>
    /// <exception cref="StorageException">The disk is full, or fails.</exception>
    Task<DownloadedImage> DownloadAsync(Uri output, CancellationToken cancellationToken);

    /// <summary>Cancels a generation under way; one that is gone or has ended is no error.</summary>
    Task CancelAsync(string generationId, CancellationToken cancellationToken);
}

/// <summary>One image to ask for, already within the model's rules.</summary>
/// <param name="Model">Such as <c>gen4_image</c>.</param>
/// <param name="PromptText">Within the model's limit.</param>
/// <param name="Ratio">One that the model takes, such as <c>1080:1920</c>.</param>
/// <param name="ReferenceImages">May be empty.</param>
public sealed record ImageRequest(
    string Model, string PromptText, string Ratio, IReadOnlyList<ImageReference> ReferenceImages);

/// <summary>An image that the prompt refers to.</summary>
/// <param name="Uri">An HTTPS URL, a <c>runway://</c> upload or a <c>data:</c> URI that RunwayML accepts.</param>
/// <param name="Tag">What the prompt names it by, after an <c>@</c>; null where the model takes no tags.</param>
/// <param name="Subject">What it shows, <c>object</c>; null where the model does not want to know.</param>
public sealed record ImageReference(string Uri, string? Tag = null, string? Subject = null);

/// <summary>An image that RunwayML has taken the order of.</summary>
/// <param name="GenerationId">Where to follow it.</param>
/// <param name="EstimatedCredits">What it costs at most, in RunwayML's credits, where that was said.</param>
public sealed record OrderedImage(string GenerationId, int? EstimatedCredits = null);

/// <summary>A generation at RunwayML.</summary>
/// <param name="State">Where it is.</param>
/// <param name="Output">URL of the image when succeeded, valid for a day or two.</param>
/// <param name="Failure">How it failed, when failed.</param>
/// <param name="Note">For a person: which part of the request was at fault, when that is known.</param>
/// <param name="Credits">What it has cost, in RunwayML's credits, once it has ended and where that was said.</param>
public sealed record Generation(
    GenerationState State,
    Uri? Output = null,
    GenerationFailure? Failure = null,
    string? Note = null,
    int? Credits = null);

/// <summary>RunwayML's six task states; the three open ones are one here.</summary>
public enum GenerationState
{
    /// <summary>PENDING, THROTTLED or RUNNING.</summary>
    Open,
    Succeeded,
    Failed,
    Cancelled,
}

/// <summary>What RunwayML's <c>failureCode</c> means to us.</summary>
public enum GenerationFailure
{
    /// <summary>Moderation (<c>SAFETY.*</c>, <c>INPUT_PREPROCESSING.SAFETY.*</c>): never try again.</summary>
    ContentRejected,

    /// <summary>Trying again would not help (<c>ASSET.INVALID</c>, <c>INTERNAL.BAD_OUTPUT.*</c>).</summary>
    Permanent,

    /// <summary>Trying again after a while may help (<c>INTERNAL</c>, <c>THIRD_PARTY.UNAVAILABLE</c>, none).</summary>
    Temporary,
}

/// <summary>An image, checked.</summary>
/// <param name="File">Goes when this is disposed.</param>
/// <param name="ContentType">By its first bytes, such as <c>image/png</c>.</param>
/// <param name="Extension">Without a dot, such as <c>png</c>.</param>
public sealed record DownloadedImage(ImageFile File, string ContentType, string Extension) : IDisposable
{
    public void Dispose() => File.Dispose();
}

/// <summary>A call to RunwayML that failed after the client's own retries.</summary>
public sealed class ImageServiceException(ImageServiceFailure failure, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public ImageServiceFailure Failure { get; } = failure;
}

/// <summary>How a call to RunwayML failed.</summary>
public enum ImageServiceFailure
{
    /// <summary>Not reachable, limits us, or fails by itself (429, 5xx): nothing was taken, and it may pass.</summary>
    Unavailable,

    /// <summary>
    /// Not configured, refuses our key, or is not where we look for it (a name that does not resolve, a create answered
    /// by 404 or 405): it stays so until somebody changes a setting.
    /// </summary>
    Misconfigured,

    /// <summary>Takes no more orders of ours: too few credits in our account, or the model's daily limit is reached.</summary>
    AccountExhausted,

    /// <summary>It will not take this request, now or later (400).</summary>
    Refused,

    /// <summary>A create was sent and its answer lost: it may or may not have been taken.</summary>
    OutcomeUnknown,

    /// <summary>There is no such generation (404), or its output URL has expired.</summary>
    NotFound,

    /// <summary>The output is no whole image, is too large, or is at an address that we do not fetch from.</summary>
    BadOutput,
}
