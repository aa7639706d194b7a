using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace ScenarioFunctions.Core.Runway;

/// <summary>
/// How calls are retried. From the outside in: retries, then a limit on calls at once, then the circuit breaker, then one
/// attempt with its timeout. A call that waited for its turn sees the breaker's current state.
/// </summary>
internal static class RunwayResilience
{
    public const int MaxRetries = 3;

    /// <summary>
    /// Per client, in this process. Calls are short, and a connection for each of thousands of images would cost memory. Other
    /// calls wait; no timeout counts this wait, and nothing of them has been sent. Creates wait only for each other, as they cannot be
    /// cut off: while RunwayML is slow, they would wait for minutes behind the polls of hundreds of images.
    /// </summary>
    public const int MaxAttemptsAtOnce = 32;

    public static readonly TimeSpan ApiAttemptTimeout = TimeSpan.FromSeconds(25);
    public static readonly TimeSpan DownloadAttemptTimeout = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);
    public static readonly TimeSpan BaseDelay = TimeSpan.FromSeconds(0.5);
    public static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan BreakDuration = TimeSpan.FromSeconds(5);

    /// <summary>The longest that one call to the API takes once it is sent, with all its attempts and the delays between them.</summary>
    public static readonly TimeSpan LongestCall = ((MaxRetries + 1) * ApiAttemptTimeout) + (MaxRetries * MaxDelay);

    /// <param name="builder">The client to make resilient.</param>
    /// <param name="withBreaker">Whether a circuit breaker stops calls for a while when the service is down.</param>
    /// <param name="attemptTimeout">For one attempt, including the answer's body.</param>
    /// <param name="receive">Reads the answer's body.</param>
    public static void AddRunwayResilience(
        this IHttpClientBuilder builder, bool withBreaker, TimeSpan attemptTimeout, ReceiveBody receive)
    {
        builder.AddResilienceHandler("attempts", (pipeline, context) =>
        {
            var time = context.ServiceProvider.GetRequiredService<TimeProvider>();
            var logger = context.ServiceProvider.GetRequiredService<ILogger<RunwayClient>>();
            var faults = context.ServiceProvider.GetRequiredService<FaultLog>();
            pipeline.TimeProvider = new MonotonicTime(time);
            pipeline.AddRetry(Retry(time, faults, logger));
            var (creates, others) = (NewLimiter(), NewLimiter());
            context.OnPipelineDisposed(creates.Dispose);
            context.OnPipelineDisposed(others.Dispose);
            pipeline.AddRateLimiter(new HttpRateLimiterStrategyOptions
            {
                RateLimiter = args => (args.Context.GetRequestMessage()!.Method == HttpMethod.Post ? creates : others)
                    .AcquireAsync(1, args.Context.CancellationToken),
            });
            if (withBreaker)
            {
                pipeline.AddCircuitBreaker(Breaker(faults, logger));
            }
        });
        builder.AddHttpMessageHandler(services =>
            new AttemptHandler(services.GetRequiredService<TimeProvider>(), attemptTimeout, receive));
    }

    private static ConcurrencyLimiter NewLimiter() =>
        new(new ConcurrencyLimiterOptions { PermitLimit = MaxAttemptsAtOnce, QueueLimit = int.MaxValue });

    private static HttpRetryStrategyOptions Retry(TimeProvider time, FaultLog faults, ILogger logger) => new()
    {
        MaxRetryAttempts = MaxRetries,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = BaseDelay,
        MaxDelay = MaxDelay,
        ShouldHandle = async args =>
            CallOutcome.MayRetry(args.Context.GetRequestMessage()!.Method, args.Outcome)
            && !await IsExhaustedAsync(args.Outcome.Result),
        DelayGenerator = args => ValueTask.FromResult(RetryAfter(args.Outcome.Result, time)),
        OnRetry = args =>
        {
            LogRetry(faults, logger, args);
            return default;
        },
    };

    private static HttpCircuitBreakerStrategyOptions Breaker(FaultLog faults, ILogger logger) => new()
    {
        FailureRatio = 0.9,
        MinimumThroughput = 8,
        SamplingDuration = TimeSpan.FromSeconds(15),
        BreakDuration = BreakDuration,
        ShouldHandle = args => ValueTask.FromResult(CallOutcome.ServiceIsDown(args.Outcome)),
        OnOpened = args =>
        {
            if (faults.IsDue("breaker", out var count))
            {
                logger.BreakerOpened(args.BreakDuration.TotalSeconds, CallOutcome.Describe(args.Outcome), count);
            }

            return default;
        },
        OnClosed = _ =>
        {
            logger.BreakerClosed();
            return default;
        },
    };

    /// <summary>The answer's <c>Retry-After</c>, at most <see cref="MaxDelay"/>; null means the usual backoff.</summary>
    private static TimeSpan? RetryAfter(HttpResponseMessage? response, TimeProvider time)
    {
        var header = response?.Headers.RetryAfter;
        var asked = header?.Delta ?? header?.Date - time.GetUtcNow();
        return asked > TimeSpan.Zero ? TimeSpan.FromTicks(Math.Min(asked.Value.Ticks, MaxDelay.Ticks)) : null;
    }

    /// <summary>The answer is already in memory: see <see cref="AttemptHandler"/>.</summary>
    private static async ValueTask<bool> IsExhaustedAsync(HttpResponseMessage? answer) =>
        answer is { StatusCode: HttpStatusCode.TooManyRequests }
        && RunwayAccount.ReadExhausted(answer.StatusCode, await answer.Content.ReadAsStringAsync()) is not null;

    private static void LogRetry(FaultLog faults, ILogger logger, OnRetryArguments<HttpResponseMessage> args)
    {
        var request = args.Context.GetRequestMessage()!;
        var outcome = CallOutcome.Describe(args.Outcome);
        if (faults.IsDue($"retry {request.Method} {outcome}", out var count))
        {
            logger.Retrying(request.Method.Method, request.RequestUri!.Host, outcome, count);
        }
    }
}

/// <summary>Reads the body of an answer, as part of the attempt.</summary>
internal delegate Task ReceiveBody(HttpResponseMessage response, CancellationToken cancellationToken);

/// <summary>
/// One attempt of a call, including the whole answer, so that a body that was cut off is retried too. The caller's
/// cancellation does not stop a create (POST) in progress, as its outcome would be lost.
/// </summary>
internal sealed class AttemptHandler(TimeProvider time, TimeSpan timeout, ReceiveBody receive) : DelegatingHandler
{
    private readonly ResiliencePipeline attempt = new ResiliencePipelineBuilder { TimeProvider = time }
        .AddTimeout(new TimeoutStrategyOptions { Timeout = timeout })
        .Build();

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var cut = request.Method == HttpMethod.Post ? CancellationToken.None : cancellationToken;
        return await attempt.ExecuteAsync(async token => await SendWholeAsync(request, token), cut);
    }

    private async Task<HttpResponseMessage> SendWholeAsync(HttpRequestMessage request, CancellationToken token)
    {
        HttpResponseMessage? response = null;
        try
        {
            response = await base.SendAsync(request, token);
            await receive(response, token);
            return response;
        }
        catch (OperationCanceledException exception)
            when (exception.InnerException is TimeoutException && !token.IsCancellationRequested)
        {
            // SocketsHttpHandler throws this when its ConnectTimeout has passed: nothing was sent.
            throw new HttpRequestException(HttpRequestError.ConnectionError, "No connection in time.", exception);
        }
        catch (SocketException exception)
        {
            // It throws this when the server reset the connection at once: nothing was sent either.
            throw new HttpRequestException(HttpRequestError.ConnectionError, exception.Message, exception);
        }
        catch
        {
            response?.Dispose();
            throw;
        }
    }
}
