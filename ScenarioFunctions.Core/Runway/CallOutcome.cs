using System.Net;
using Polly;
using Polly.Timeout;

namespace ScenarioFunctions.Core.Runway;

/// <summary>Decides what the outcome of one attempt means. This is the only place that decides what may be sent again.</summary>
internal static class CallOutcome
{
    /// <summary>
    /// Whether the same request may be sent again. A create (POST) only when RunwayML asks for it, or when the request certainly
    /// never left: a create that is sent twice may be paid twice.
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
    /// Whether the circuit breaker counts the outcome as a failure. It does not count a 429: the service is up. Nor a name that
    /// does not resolve: each call should report that the address may be wrong.
    /// </summary>
    public static bool ServiceIsDown(Outcome<HttpResponseMessage> outcome) =>
        outcome.Result is { } response
            ? (int)response.StatusCode >= 500
            : outcome.Exception is { } exception && WasLost(exception)
                && exception is not HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError };

    /// <summary>Whether the request certainly never reached the server.</summary>
    public static bool WasNeverSent(Exception exception) => exception is HttpRequestException
    {
        InnerException: not ForbiddenAddressException,
        HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
    };

    /// <summary>Whether no answer arrived, or only a part of it.</summary>
    public static bool WasLost(Exception exception) => exception is TimeoutRejectedException or HttpRequestException
    {
        InnerException: not ForbiddenAddressException,
        HttpRequestError: not HttpRequestError.ConfigurationLimitExceeded,
    };

    /// <summary>For logs and errors: a status or a kind of failure, never text from the server.</summary>
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
