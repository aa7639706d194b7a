using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Core.Runway;

/// <summary>RunwayML as the image step uses it. Every member throws <see cref="ImageServiceException"/>.</summary>
public interface IImageGenerator
{
    /// <summary>Orders one image, which costs money. Never sent again when the answer was lost.</summary>
    Task<OrderedImage> SubmitAsync(ImageRequest request, CancellationToken cancellationToken);

    /// <summary>The current state of the generation. Each call returns fresh output URLs.</summary>
    Task<Generation> GetAsync(string generationId, CancellationToken cancellationToken);

    /// <summary>Downloads an output to a file: at most 25 MiB. Checks that it is one whole image.</summary>
    /// <exception cref="StorageException">The disk is full or fails.</exception>
    Task<DownloadedImage> DownloadAsync(Uri output, CancellationToken cancellationToken);

    /// <summary>Cancels a generation. No error when it has ended or does not exist.</summary>
    Task CancelAsync(string generationId, CancellationToken cancellationToken);

    /// <summary>How many images of a model the account may have made at once; null when RunwayML does not say.</summary>
    Task<int?> FindConcurrencyAsync(string model, CancellationToken cancellationToken);
}

/// <summary>An order of one image that already follows the model's rules.</summary>
/// <param name="Model">Such as <c>gen4_image</c>.</param>
/// <param name="PromptText">Within the model's limit.</param>
/// <param name="Ratio">One that the model supports, such as <c>1080:1920</c>.</param>
/// <param name="ReferenceImages">May be empty.</param>
/// <param name="Seed">The same seed and request lead to about the same image; null leaves it to RunwayML.</param>
public sealed record ImageRequest(
    string Model, string PromptText, string Ratio, IReadOnlyList<ImageReference> ReferenceImages, long? Seed = null)
{
    /// <summary>Determines the price; null for the model's default, and for a model without this field.</summary>
    public string? Quality { get; init; }
}

/// <summary>An image that the prompt refers to.</summary>
/// <param name="Uri">An HTTPS URL, a <c>runway://</c> upload or a <c>data:</c> URI that RunwayML accepts.</param>
/// <param name="Tag">The prompt refers to it as <c>@tag</c>; null for a model without tags.</param>
/// <param name="Subject">What it shows: <c>object</c>; null for a model without this field.</param>
public sealed record ImageReference(string Uri, string? Tag = null, string? Subject = null);

/// <summary>An order that RunwayML has accepted.</summary>
/// <param name="GenerationId">RunwayML's id of the generation.</param>
/// <param name="EstimatedCredits">The most that it costs, in RunwayML credits; null when RunwayML did not say.</param>
public sealed record OrderedImage(string GenerationId, int? EstimatedCredits = null);

/// <summary>A generation at RunwayML.</summary>
/// <param name="State">Its current state.</param>
/// <param name="Output">URL of the image once it has succeeded; valid for a day or two.</param>
/// <param name="Failure">How it failed, if it has failed.</param>
/// <param name="Note">Text for people: which part of the request was wrong, when that is known.</param>
/// <param name="Credits">Its cost in RunwayML credits, once it has ended; null when RunwayML did not say.</param>
public sealed record Generation(
    GenerationState State,
    Uri? Output = null,
    GenerationFailure? Failure = null,
    string? Note = null,
    int? Credits = null)
{
    /// <summary>RunwayML's code of the failure, such as <c>SAFETY.INPUT.TEXT</c>; null when it gave none.</summary>
    public string? Code { get; init; }

    /// <summary>It waits at RunwayML until others of the account have ended.</summary>
    public bool IsThrottled { get; init; }

    /// <summary>The share that is done while it runs, from 0 to 1; null when RunwayML does not say.</summary>
    public double? Progress { get; init; }
}

/// <summary>RunwayML's six task states; the three unfinished ones count as one.</summary>
public enum GenerationState
{
    /// <summary>PENDING, THROTTLED or RUNNING.</summary>
    Open,
    Succeeded,
    Failed,
    Cancelled,
}

/// <summary>What RunwayML's <c>failureCode</c> means for the service.</summary>
public enum GenerationFailure
{
    /// <summary>Moderation (<c>SAFETY.*</c>, <c>INPUT_PREPROCESSING.SAFETY.*</c>). Never try again.</summary>
    ContentRejected,

    /// <summary>Another try would fail too (<c>ASSET.INVALID</c>, <c>INTERNAL.BAD_OUTPUT.*</c>).</summary>
    Permanent,

    /// <summary>Another try may work after a while (<c>INTERNAL</c>, <c>THIRD_PARTY.UNAVAILABLE</c>, no code).</summary>
    Temporary,
}

/// <summary>An image that was downloaded and checked.</summary>
/// <param name="File">Deleted when this is disposed.</param>
/// <param name="ContentType">From its first bytes, such as <c>image/png</c>.</param>
/// <param name="Extension">Without a dot, such as <c>png</c>.</param>
public sealed record DownloadedImage(ImageFile File, string ContentType, string Extension) : IDisposable
{
    public void Dispose() => File.Dispose();
}

/// <summary>A call to RunwayML failed, after the client's own retries.</summary>
public sealed class ImageServiceException(ImageServiceFailure failure, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public ImageServiceFailure Failure { get; } = failure;
}

/// <summary>How a call to RunwayML failed.</summary>
public enum ImageServiceFailure
{
    /// <summary>Unreachable, rate limited or a server error (429, 5xx). Nothing was ordered; a later call may work.</summary>
    Unavailable,

    /// <summary>
    /// Not configured, wrong key, or wrong address (the name does not resolve, or a create got 404 or 405). This lasts until
    /// somebody changes a setting.
    /// </summary>
    Misconfigured,

    /// <summary>The account has too few credits, or has reached the model's daily limit: RunwayML accepts no more orders.</summary>
    AccountExhausted,

    /// <summary>RunwayML rejects this request (400), now and later.</summary>
    Refused,

    /// <summary>A create was sent, but its answer was lost: the order may or may not have been accepted.</summary>
    OutcomeUnknown,

    /// <summary>The generation does not exist (404), or its output URL has expired.</summary>
    NotFound,

    /// <summary>The output is not a whole image, is too large, or is at an address that may not be fetched.</summary>
    BadOutput,
}
