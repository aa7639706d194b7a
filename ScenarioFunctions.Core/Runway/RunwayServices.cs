using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Core.Runway;

/// <summary>Registers RunwayML: the image generator and its health check.</summary>
public static class RunwayServices
{
    /// <summary>Name of the health check. It reports degraded and never unhealthy, as the service works without images.</summary>
    public const string HealthCheckName = "runwayml";

    /// <summary>Trace ids are not for other companies.</summary>
    private static readonly DistributedContextPropagator NoHeaders = DistributedContextPropagator.CreateNoOutputPropagator();

    /// <summary>Per user of this machine.</summary>
    private static readonly string TemporaryFolder = $"save-scenario-images-{Environment.UserName}";

    /// <summary>
    /// Adds <see cref="IImageGenerator"/>. The host registers <see cref="RunwaySettings"/> as a singleton, which is created at the
    /// first call: the embedded host knows its emulator's address only once it listens. Images are downloaded to the system's
    /// temporary folder, unless the host registers another <see cref="ImageStaging"/>.
    /// </summary>
    public static IServiceCollection AddRunway(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new Lazy<RunwaySettings>(
            provider.GetRequiredService<RunwaySettings>, LazyThreadSafetyMode.PublicationOnly));
        AddApiClient(services);
        AddDownloader(services);
        services.TryAddSingleton<FaultLog>();
        services.AddSingleton<RunwayAccount>();
        services.AddTransient<IImageGenerator, RunwayClient>();
        services.AddHostedService<ModelWarning>();

        services.AddSingleton<RunwayHealthCheck>();
        services.AddHealthChecks().AddCheck<RunwayHealthCheck>(HealthCheckName, HealthStatus.Degraded);

        // The code here logs retries and the breaker itself; Polly would log all of it again.
        services.AddLogging(logging => logging.AddFilter("Polly", LogLevel.None));
        return services;
    }

    private static void AddApiClient(IServiceCollection services) =>
        OnePool(services.AddHttpClient<RunwayApi>(), _ => new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ActivityHeadersPropagator = NoHeaders,
            ConnectTimeout = RunwayResilience.ConnectTimeout,
            PooledConnectionLifetime = RunwayResilience.ConnectionLifetime,
        }).AddRunwayResilience(
            withBreaker: true, RunwayResilience.ApiAttemptTimeout,
            (response, token) => response.Content.LoadIntoBufferAsync(RunwayApi.MaxAnswerBytes, token));

    private static void AddDownloader(IServiceCollection services)
    {
        services.AddSingleton<OutputAddressPolicy>();
        services.TryAddSingleton(_ => new ImageStaging(Path.Combine(Path.GetTempPath(), TemporaryFolder)));
        services.ActivateSingleton<ImageStaging>(); // at the start, to remove files that a crash has left
        OnePool(services.AddHttpClient<ImageDownloader>(), provider => new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ActivityHeadersPropagator = NoHeaders,
            // Through a proxy the connection would go to the proxy, and checking that address would protect nothing.
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = RunwayResilience.ConnectTimeout,
            PooledConnectionLifetime = RunwayResilience.ConnectionLifetime,
            ConnectCallback = provider.GetRequiredService<OutputAddressPolicy>().ConnectAsync,
        }).AddRunwayResilience(
            withBreaker: false, RunwayResilience.DownloadAttemptTimeout, ImageDownloader.ReceiveAsync);
    }

    /// <summary>
    /// One connection pool for the life of the process, with connections that are renewed, so a singleton may keep its client. The
    /// factory's own loggers are removed, as they would print every header.
    /// </summary>
    private static IHttpClientBuilder OnePool(
        IHttpClientBuilder builder, Func<IServiceProvider, HttpMessageHandler> handler) => builder
            .ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(handler)
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();
}
