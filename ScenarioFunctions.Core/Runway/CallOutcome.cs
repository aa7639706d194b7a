using System.Net;
using Polly;
using Polly.Timeout;

namespace ScenarioFunctions.Core.Runway;

/// <summary>What the outcome of one attempt means. The only place that decides what may be sent again.</summary>
internal static class CallOutcome
{
    /// <summary>
    /// Whether the same request may be sent again. A create (POST) only when RunwayML asks for it, or when
    /// it certainly never left: sent twice, it may be paid twice.
    /// </summary>
    public static bool MayRetry(HttpMethod method, Outcome<HttpResponseMessage> outcome) => outcome switch
    {
        { Result: { } response } when method == HttpMethod.Post => AsksToRetry(response.StatusCode),
        { Result: { } response } => AsksToRetry(response.StatusCode) || HasNotSettled(response.StatusCode),
        { Exception: { } exception } when method == HttpMethod.Post => WasNeverSent(exception),
        { Exception: { } exception } => WasNeverSent(exception) || WasLost(exception),
        _ => false,
    };

    /// <summary>
    /// Whether the breaker counts it. 429 does not: a service that limits us is up. Nor does a name that is not resolved:
    /// each call is to tell that it may be wrong.
    /// </summary>
    public static bool ServiceIsDown(Outcome<HttpResponseMessage> outcome) =>
        outcome.Result is { } response
            ? (int)response.StatusCode >= 500
            : outcome.Exception is { } exception && WasLost(exception)
                && exception is not HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError };

    /// <summary>Whether the request certainly never reached the other side.</summary>
    public static bool WasNeverSent(Exception exception) => exception is HttpRequestException
    {
        InnerException: not ForbiddenAddressException,
        HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
    };

    /// <summary>Whether no answer came, or not all of it.</summary>
    public static bool WasLost(Exception exception) => exception is TimeoutRejectedException or HttpRequestException
    {
        InnerException: not ForbiddenAddressException,
        HttpRequestError: not HttpRequestError.ConfigurationLimitExceeded,
    };

    /// <summary>For logs and errors: a status or a kind of failure, never a text that others wrote.</summary>
    public static string Describe(Outcome<HttpResponseMessage> outcome) => outcome switch
    {
        { Result: { } response } => $"HTTP {(int)response.StatusCode}",
        { Exception: { } exception } => Describe(exception),
        _ => "nothing",
    };

    public static string Describe(Exception exception) => exception switch
    {
        TimeoutRejectedException => "no answer in time",
        HttpRequestException { HttpRequestError: var error } => error.ToString(),
        _ => exception.GetType().Name,
    };

    private static bool AsksToRetry(HttpStatusCode status) => status is HttpStatusCode.TooManyRequests
        or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private static bool HasNotSettled(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout || (int)status >= 500;
}
