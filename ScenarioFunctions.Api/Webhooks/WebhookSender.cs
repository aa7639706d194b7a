using System.Net;
using System.Text;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Webhooks;
using StandardWebhooks;

namespace ScenarioFunctions.Api.Webhooks;

/// <summary>
/// Sends one webhook once, signed as Standard Webhooks says. The URL comes from a caller: the address is checked when it is
/// connected to, redirects are not followed, and the answer's body is not read.
/// </summary>
internal sealed class WebhookSender(HttpClient http, ServiceSettings settings, TimeProvider time)
{
    /// <summary>From the first byte to the answer's headers, as Standard Webhooks recommends.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private const int MaxHeaderKiB = 16;

    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    /// <param name="url">Where to.</param>
    /// <param name="id">The event's: the same for each attempt.</param>
    /// <param name="body">JSON.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<WebhookOutcome> SendAsync(Uri url, string id, string body, CancellationToken cancellationToken)
    {
        if (settings.WebhookSecret is not { } secrets)
        {
            return Failed("WEBHOOK_SECRET is not set");
        }

        if (CallbackAddress.FaultOf(url.OriginalString, settings.AllowPrivateCallbacks) is { } fault)
        {
            return Failed($"The callback_url {fault}");
        }

        using var request = Signed(url, id, body, KeyRing.Split(secrets));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            return OutcomeOf(response);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed($"No answer within {Patience.TotalSeconds} seconds");
        }
        catch (HttpRequestException exception)
        {
            return Failed(exception.InnerException is ForbiddenAddressException forbidden ? forbidden.Message : CallOutcome.Describe(exception));
        }
    }

    /// <summary>How its client connects. Through a proxy, the check of the address would protect nothing.</summary>
    internal static SocketsHttpHandler NewHandler(ServiceSettings settings) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ActivityHeadersPropagator = null, // and no span: the path may be a secret
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        MaxResponseHeadersLength = MaxHeaderKiB,
        MaxResponseDrainSize = 0,
        ConnectTimeout = Patience,
        PooledConnectionLifetime = ConnectionLifetime,
        ConnectCallback = (context, stop) => PublicAddress.ConnectAsync(context.DnsEndPoint, settings.AllowPrivateCallbacks, stop),
    };

    private HttpRequestMessage Signed(Uri url, string id, string body, string[] secrets)
    {
        var now = time.GetUtcNow();
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", $"{now.ToUnixTimeSeconds()}");
        request.Headers.Add("webhook-signature", string.Join(' ', secrets.Select(secret => new StandardWebhook(secret).Sign(id, now, body))));
        request.Headers.UserAgent.ParseAdd("save-scenario-service");
        return request;
    }

    private WebhookOutcome OutcomeOf(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        return status switch
        {
            >= 200 and < 300 => new(WebhookVerdict.Delivered),
            410 => new(WebhookVerdict.Gone, "HTTP 410: the receiver wants no more webhooks"),
            >= 300 and < 400 => Failed($"HTTP {status}: redirects are not followed"),
            _ => Failed($"HTTP {status}") with { RetryAfter = RetryAfterOf(response) },
        };
    }

    private TimeSpan? RetryAfterOf(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow(),
        _ => null,
    };

    private static WebhookOutcome Failed(string error) => new(WebhookVerdict.Failed, error);
}
