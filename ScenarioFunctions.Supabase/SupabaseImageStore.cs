using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Timeout;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Supabase;

/// <summary>A public bucket of Supabase Storage, called with a typed <see cref="HttpClient"/> (see docs/decisions).</summary>
internal sealed class SupabaseImageStore(HttpClient http, SupabaseSettings settings) : IImageStore
{
    /// <summary>A path always has the same bytes, so browsers and the CDN may cache it for a year.</summary>
    private static readonly CacheControlHeaderValue ForGood = new() { Public = true, MaxAge = TimeSpan.FromDays(365) };

    public async Task<string> StoreAsync(
        string path, ImageFile image, string contentType, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, AddressOf("object", path));
        request.Content = new ImageFileContent(image);
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        request.Headers.Add("x-upsert", "true");
        request.Headers.CacheControl = ForGood;

        await SendAsync("Storing an image", request, IsDuplicate, cancellationToken);
        return AddressOf("object/public", path).AbsoluteUri;
    }

    public async Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, AddressOf("object", path));
        await SendAsync("Removing an image", request, IsMissing, cancellationToken);
    }

    private static bool IsDuplicate(int status, SupabaseErrorBody error) =>
        status is 400 or 409
        && (error.Status == 409 || error.Code is "Duplicate" or "KeyAlreadyExists" or "ResourceAlreadyExists");

    /// <summary>A missing bucket is an error; a missing object is fine.</summary>
    private static bool IsMissing(int status, SupabaseErrorBody error) =>
        status is 400 or 404 && error.Code is "not_found" or "NoSuchKey";

    private Uri AddressOf(string route, string path)
    {
        var segments = path.Split('/').Prepend(settings.Bucket).Select(Uri.EscapeDataString);
        return new Uri($"{settings.Url.AbsoluteUri.TrimEnd('/')}/storage/v1/{route}/{string.Join('/', segments)}");
    }

    private async Task SendAsync(
        string act,
        HttpRequestMessage request,
        Func<int, SupabaseErrorBody, bool> isDone,
        CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return;
            }

            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            if (!isDone((int)response.StatusCode, SupabaseErrorBody.Read(body)))
            {
                throw SupabaseErrors.From(act, (int)response.StatusCode, body, settings);
            }
        }
        catch (Exception exception) when (exception
            is HttpRequestException or IOException or SocketException or TimeoutRejectedException)
        {
            throw new StorageException(
                $"{act}: Supabase could not be reached: {exception.Message}", isTransient: true, exception);
        }
    }
}

/// <summary>Each attempt opens the file itself, as an abandoned attempt may still be reading when the next one starts.</summary>
internal sealed class ImageFileContent(ImageFile image) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await using var file = new FileStream(
            image.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        await file.CopyToAsync(stream);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = image.Content.Length;
        return true;
    }
}

/// <summary>Adds the key to each attempt, and tries again with the next one when it is refused.</summary>
internal sealed class SupabaseKeyHandler(SupabaseSettings settings, ILogger<SupabaseImageStore> logger) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        settings.Keys.TryAsync(
            key =>
            {
                request.Headers.Remove("Authorization");
                foreach (var (name, value) in SupabaseSettings.HeadersOf(key))
                {
                    request.Headers.Remove(name);
                    request.Headers.Add(name, value);
                }

                return base.SendAsync(request, cancellationToken);
            },
            response => response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden,
            logger);
}

/// <summary>The HTTP client of <see cref="SupabaseImageStore"/>: its timeouts and retries.</summary>
internal static class SupabaseImages
{
    /// <summary>Attempts in total; with the delays between them, about four seconds.</summary>
    public const int Attempts = 5;

    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan TotalTimeout = TimeSpan.FromSeconds(150);
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(250);

    public static IServiceCollection AddSupabaseImages(this IServiceCollection services)
    {
        services.AddTransient<SupabaseKeyHandler>();
        var images = services
            .AddHttpClient<IImageStore, SupabaseImageStore>(
                client => client.Timeout = System.Threading.Timeout.InfiniteTimeSpan)
            .RedactLoggedHeaders(_ => true)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false, // a redirect would send the key elsewhere
                UseCookies = false,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            })
            .SetHandlerLifetime(System.Threading.Timeout.InfiniteTimeSpan);
        images.AddResilienceHandler("supabase-images", (pipeline, context) =>
        {
            pipeline.TimeProvider = context.ServiceProvider.GetRequiredService<TimeProvider>();
            pipeline.AddTimeout(TotalTimeout);
            pipeline.AddRetry(new HttpRetryStrategyOptions
            {
                MaxRetryAttempts = Attempts - 1,
                Delay = FirstDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = new PredicateBuilder<HttpResponseMessage>()
                    .Handle<HttpRequestException>()
                    .Handle<SocketException>() // a connection that is reset at once
                    .Handle<Polly.Timeout.TimeoutRejectedException>()
                    .HandleResult(response => IsWorthARetry(response.StatusCode)),
            });
            pipeline.AddTimeout(AttemptTimeout);
        });
        images.AddHttpMessageHandler<SupabaseKeyHandler>(); // within the retries
        return services;
    }

    /// <summary>Storage answers 544 when its database took too long.</summary>
    private static bool IsWorthARetry(HttpStatusCode status) =>
        status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout || (int)status >= 500;
}
