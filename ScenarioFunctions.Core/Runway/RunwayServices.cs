using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Core.Runway;

/// <summary>Registers RunwayML: the generator of images and its health check.</summary>
public static class RunwayServices
{
    /// <summary>Name of the health check: degraded, never unhealthy, as the service works without images.</summary>
    public const string HealthCheckName = "runwayml";

    /// <summary>Each user of this machine has one of their own.</summary>
    private static readonly string TemporaryFolder = $"save-scenario-images-{Environment.UserName}";

    /// <summary>
    /// Adds <see cref="IImageGenerator"/>. The host registers <see cref="RunwaySettings"/> as a singleton. It is made
    /// at the first call: the embedded host knows its emulator's address only once it listens. Images on their way
    /// are in the system's temporary folder, unless the host registers another <see cref="ImageStaging"/>.
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
            withBreaker: true, RunwayResilience.ApiAttemptTimeout,
            (response, token) => response.Content.LoadIntoBufferAsync(RunwayApi.MaxAnswerBytes, token));

    private static void AddDownloader(IServiceCollection services)
    {
        services.AddSingleton<OutputAddressPolicy>();
        services.TryAddSingleton(_ => new ImageStaging(Path.Combine(Path.GetTempPath(), TemporaryFolder)));
        services.ActivateSingleton<ImageStaging>(); // at the start, for what a crash has left
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
            withBreaker: false, RunwayResilience.DownloadAttemptTimeout, ImageDownloader.ReceiveAsync);
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
