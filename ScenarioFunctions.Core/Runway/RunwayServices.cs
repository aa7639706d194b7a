using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace ScenarioFunctions.Core.Runway;

/// <summary>Registers RunwayML: the generator of images and its health check.</summary>
public static class RunwayServices
{
    /// <summary>Name of the health check: degraded, never unhealthy, as the service works without images.</summary>
    public const string HealthCheckName = "runwayml";

    /// <summary>
    /// Adds <see cref="IImageGenerator"/>. The host registers <see cref="RunwaySettings"/> as a singleton. It is made
    /// at the first call: the embedded host knows its emulator's address only once it listens.
    /// </summary>
    public static IServiceCollection AddRunway(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new Lazy<RunwaySettings>(
            provider.GetRequiredService<RunwaySettings>, LazyThreadSafetyMode.PublicationOnly));
        AddApiClient(services);
        AddDownloader(services);
        services.AddTransient<IImageGenerator, RunwayClient>();
        services.AddHostedService<ModelWarning>();

        services.AddSingleton<RunwayHealthCheck>();
        services.AddHealthChecks().AddCheck<RunwayHealthCheck>(HealthCheckName, HealthStatus.Degraded);

        // Retries and the breaker log lines of their own here; Polly's would say all of it twice.
        services.AddLogging(logging => logging.AddFilter("Polly", LogLevel.None));
        return services;
    }

    private static void AddApiClient(IServiceCollection services) =>
        OnePool(services.AddHttpClient<RunwayApi>(), _ => new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = RunwayResilience.ConnectTimeout,
            PooledConnectionLifetime = RunwayResilience.ConnectionLifetime,
        }).AddRunwayResilience(
            withBreaker: true, RunwayResilience.ApiAttemptTimeout, RunwayApi.MaxAnswerBytes);

    private static void AddDownloader(IServiceCollection services)
    {
        services.AddSingleton<OutputAddressPolicy>();
        OnePool(services.AddHttpClient<ImageDownloader>(), provider => new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            // Through a proxy, the address connected to would be the proxy's and checking it worth nothing.
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = RunwayResilience.ConnectTimeout,
            PooledConnectionLifetime = RunwayResilience.ConnectionLifetime,
            ConnectCallback = provider.GetRequiredService<OutputAddressPolicy>().ConnectAsync,
        }).AddRunwayResilience(
            withBreaker: false, RunwayResilience.DownloadAttemptTimeout, ImageDownloader.MaxBytes);
    }

    /// <summary>
    /// One connection pool for the life of the process, whose connections are renewed: a client held by a
    /// singleton is then as good as a fresh one. The factory's own loggers would print every header.
    /// </summary>
    private static IHttpClientBuilder OnePool(
        IHttpClientBuilder builder, Func<IServiceProvider, HttpMessageHandler> handler) => builder
            .ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(handler)
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();
}
