using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Supabase;

/// <summary>The HTTP client of <see cref="SupabaseImageStore"/>: its time limits and its retries.</summary>
internal static class SupabaseImages
{
    /// <summary>Tries in all; with the delays between them, about four seconds.</summary>
    public const int Attempts = 5;

    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan TotalTimeout = TimeSpan.FromSeconds(150);
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(250);

    public static IServiceCollection AddSupabaseImages(this IServiceCollection services)
    {
        services
            .AddHttpClient<IImageStore, SupabaseImageStore>(
                client => client.Timeout = System.Threading.Timeout.InfiniteTimeSpan)
            .RedactLoggedHeaders(_ => true)
            .ConfigurePrimaryHttpMessageHandler(
                () => new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
            .SetHandlerLifetime(System.Threading.Timeout.InfiniteTimeSpan)
            .AddResilienceHandler("supabase-images", (pipeline, context) =>
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
                        .Handle<Polly.Timeout.TimeoutRejectedException>()
                        .HandleResult(response => IsWorthARetry(response.StatusCode)),
                });
                pipeline.AddTimeout(AttemptTimeout);
            });
        return services;
    }

    /// <summary>Storage answers 544 when its database took too long.</summary>
    private static bool IsWorthARetry(HttpStatusCode status) =>
        status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout || (int)status >= 500;
}
