using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using Polly.Timeout;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Core.Runway;

/// <summary>Downloads outputs. Their URLs come from others, so nothing about them is trusted.</summary>
internal sealed class ImageDownloader(
    HttpClient http,
    OutputAddressPolicy policy,
    ImageStaging staging,
    FaultLog faults,
    ILogger<RunwayClient> logger)
{
    public const long MaxBytes = 25 * 1024 * 1024;

    private const int MaxRedirects = 3;
    private const int BufferSize = 64 * 1024;

    private static readonly HttpRequestOptionsKey<Download> OfRequest = new(nameof(Download));

    /// <inheritdoc cref="IImageGenerator.DownloadAsync"/>
    public async Task<DownloadedImage> DownloadAsync(Uri output, CancellationToken cancellationToken)
    {
        var download = new Download(staging.Create());
        try
        {
            await FollowAsync(output, download, cancellationToken);
            return new DownloadedImage(download.File, download.Format!.ContentType, download.Format.Extension);
        }
        catch (Exception exception)
        {
            download.File.Dispose();
            var count = 1;
            if (exception is ImageServiceException failed
                && (failed.Failure != ImageServiceFailure.Unavailable || faults.IsDue("download", out count)))
            {
                logger.DownloadFailed(output.Host, exception.Message, count);
            }

            throw;
        }
    }

    /// <summary>
    /// Receives the answer of one attempt: writes the image to its file and checks it. This is part of the attempt, so that an
    /// image that was cut off is retried.
    /// </summary>
    public static async Task ReceiveAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode != HttpStatusCode.OK
            || !response.RequestMessage!.Options.TryGetValue(OfRequest, out var download))
        {
            return;
        }

        ThrowUnlessImage(response.Content.Headers);
        try
        {
            var file = download.File.Content;
            if (file.Length > 0)
            {
                file.SetLength(0); // removes what an earlier attempt has written
            }

            await CopyAsync(response.Content, file, cancellationToken);
            download.Format = ImageCheck.Run(file);
        }
        catch (ImageCutOffException)
        {
            download.CutOffs++;
            throw;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"The image cannot be written: {exception.Message}", exception is IOException, exception);
        }
    }

    /// <summary>Follows redirects here and not in the handler, so that each URL is checked like the first one.</summary>
    private async Task FollowAsync(Uri output, Download download, CancellationToken cancellationToken)
    {
        var url = output;
        for (var redirects = 0; redirects <= MaxRedirects; redirects++)
        {
            using var response = await GetAsync(url, download, cancellationToken);
            if (RedirectOf(response) is not { } location)
            {
                ThrowUnlessOk(response.StatusCode);
                return;
            }

            url = new Uri(url, location);
        }

        throw ImageCheck.Bad($"More than {MaxRedirects} redirects.");
    }

    private async Task<HttpResponseMessage> GetAsync(Uri url, Download download, CancellationToken cancellationToken)
    {
        if (!policy.Allows(url))
        {
            throw ImageCheck.Bad($"URLs with the scheme {url.Scheme} or with a user name are not fetched.");
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Options.Set(OfRequest, download);
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (ImageCutOffException exception) when (download.CutOffs > RunwayResilience.MaxRetries)
        {
            throw ImageCheck.Bad(exception.Message);
        }
        catch (HttpRequestException exception) when (exception.InnerException is ForbiddenAddressException forbidden)
        {
            throw ImageCheck.Bad(forbidden.Message);
        }
        catch (Exception exception) when (exception is HttpRequestException or TimeoutRejectedException)
        {
            throw new ImageServiceException(
                ImageServiceFailure.Unavailable, $"The output cannot be fetched: {CallOutcome.Describe(exception)}.", exception);
        }
    }

    /// <summary>File hosts often send application/octet-stream, so only the bytes tell what the file is.</summary>
    private static void ThrowUnlessImage(HttpContentHeaders headers)
    {
        if (headers.ContentType?.MediaType is { } type
            && !type.StartsWith("image/", StringComparison.OrdinalIgnoreCase)
            && !type.EndsWith("/octet-stream", StringComparison.OrdinalIgnoreCase))
        {
            throw ImageCheck.Bad("The Content-Type is not that of an image.");
        }

        if (headers.ContentLength > MaxBytes)
        {
            throw TooLarge();
        }
    }

    private static async Task CopyAsync(HttpContent content, Stream file, CancellationToken cancellationToken)
    {
        using var body = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int count;
            while ((count = await ReadAsync(body, buffer, cancellationToken)) > 0)
            {
                if (file.Position + count > MaxBytes)
                {
                    throw TooLarge();
                }

                await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<int> ReadAsync(Stream body, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException exception)
        {
            throw new HttpRequestException(HttpRequestError.ResponseEnded, exception.Message, exception);
        }
    }

    private static Uri? RedirectOf(HttpResponseMessage response) => response.StatusCode switch
    {
        HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect => response.Headers.Location,
        _ => null,
    };

    private static void ThrowUnlessOk(HttpStatusCode status)
    {
        if (status == HttpStatusCode.OK)
        {
            return;
        }

        var failure = status switch
        {
            HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.Gone => ImageServiceFailure.NotFound,
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests => ImageServiceFailure.Unavailable,
            >= HttpStatusCode.InternalServerError => ImageServiceFailure.Unavailable,
            _ => ImageServiceFailure.BadOutput,
        };
        throw new ImageServiceException(failure, $"The output's host answered HTTP {(int)status}.");
    }

    private static ImageServiceException TooLarge() => ImageCheck.Bad($"Larger than {MaxBytes} bytes.");

    /// <summary>State that the attempts of one download share.</summary>
    private sealed class Download(ImageFile file)
    {
        public ImageFile File { get; } = file;

        /// <summary>Set once the file is whole.</summary>
        public ImageFormat? Format { get; set; }

        /// <summary>Attempts that gave a cut-off image. When all attempts do, the image itself is incomplete.</summary>
        public int CutOffs { get; set; }
    }
}
