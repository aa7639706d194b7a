using System.Net;
using Microsoft.Extensions.Logging;
using Polly.Timeout;

namespace ScenarioFunctions.Core.Runway;

/// <summary>Downloads outputs, which come from URLs that others made: nothing about them is trusted.</summary>
internal sealed class ImageDownloader(HttpClient http, OutputAddressPolicy policy, ILogger<RunwayClient> logger)
{
    public const long MaxBytes = 25 * 1024 * 1024;

    private const int MaxRedirects = 3;

    /// <inheritdoc cref="IImageGenerator.DownloadAsync"/>
    public async Task<DownloadedImage> DownloadAsync(Uri output, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await FollowAsync(output, cancellationToken);
            return await CheckedAsync(response, cancellationToken);
        }
        catch (ImageServiceException exception)
        {
            logger.DownloadFailed(output.Host, exception.Message);
            throw;
        }
    }

    /// <summary>Redirects are followed here, not by the handler, so that each is checked like the first URL.</summary>
    private async Task<HttpResponseMessage> FollowAsync(Uri output, CancellationToken cancellationToken)
    {
        var url = output;
        for (var redirects = 0; redirects <= MaxRedirects; redirects++)
        {
            var response = await GetAsync(url, cancellationToken);
            if (RedirectOf(response) is not { } location)
            {
                return response;
            }

            response.Dispose();
            url = new Uri(url, location);
        }

        throw Bad($"More than {MaxRedirects} redirects.");
    }

    private async Task<HttpResponseMessage> GetAsync(Uri url, CancellationToken cancellationToken)
    {
        if (!await policy.AllowsAsync(url, cancellationToken))
        {
            throw Bad($"A URL with the scheme {url.Scheme}, or with a user name, is not fetched.");
        }

        try
        {
            return await http.GetAsync(url, cancellationToken);
        }
        catch (HttpRequestException exception) when (exception.InnerException is ForbiddenAddressException forbidden)
        {
            throw Bad(forbidden.Message, exception);
        }
        catch (HttpRequestException exception)
            when (exception.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw Bad($"Larger than {MaxBytes} bytes.", exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or TimeoutRejectedException)
        {
            throw new ImageServiceException(
                ImageServiceFailure.Unavailable, $"The output cannot be fetched: {CallOutcome.Describe(exception)}.", exception);
        }
    }

    private static Uri? RedirectOf(HttpResponseMessage response) => response.StatusCode switch
    {
        HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect => response.Headers.Location,
        _ => null,
    };

    private static async Task<DownloadedImage> CheckedAsync(
        HttpResponseMessage response, CancellationToken cancellationToken)
    {
        ThrowUnlessOk(response.StatusCode);
        var said = response.Content.Headers.ContentType?.MediaType;
        if (said?.StartsWith("image/", StringComparison.OrdinalIgnoreCase) != true)
        {
            throw Bad("The Content-Type is not that of an image.");
        }

        var content = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var format = ImageFormat.Of(content) ?? throw Bad("The first bytes are not those of PNG, JPEG, WebP or GIF.");
        return new DownloadedImage(content, format.ContentType, format.Extension);
    }

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

    private static ImageServiceException Bad(string message, Exception? inner = null) =>
        new(ImageServiceFailure.BadOutput, message, inner);
}

/// <summary>A format of images, told by its first bytes.</summary>
internal sealed record ImageFormat(string ContentType, string Extension)
{
    private static readonly ImageFormat Png = new("image/png", "png");
    private static readonly ImageFormat Jpeg = new("image/jpeg", "jpg");
    private static readonly ImageFormat WebP = new("image/webp", "webp");
    private static readonly ImageFormat Gif = new("image/gif", "gif");

    /// <summary>Null for anything else: SVG, too, which can carry scripts.</summary>
    public static ImageFormat? Of(ReadOnlySpan<byte> content) => content switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Png,
        [0xFF, 0xD8, 0xFF, ..] => Jpeg,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => WebP,
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => Gif,
        _ => null,
    };
}
