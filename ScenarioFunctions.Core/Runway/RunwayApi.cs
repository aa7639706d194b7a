using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace ScenarioFunctions.Core.Runway;

/// <summary>
/// Calls RunwayML's HTTP API with the service's key, and turns every failure into an <see cref="ImageServiceException"/>.
/// </summary>
internal sealed class RunwayApi(
    HttpClient http, Lazy<RunwaySettings> runway, RunwayAccount account, FaultLog faults, ILogger<RunwayClient> logger)
{
    public const long MaxAnswerBytes = 1024 * 1024;

    /// <summary>The version of the API that this code was written for.</summary>
    public const string ApiVersion = "2024-11-06";

    private const int LoggedCharacters = 500;

    /// <exception cref="ImageServiceException">No usable answer, even after the retries that are allowed.</exception>
    public async Task<TAnswer> SendAsync<TAnswer>(
        HttpMethod method, string path, byte[]? json, JsonTypeInfo<TAnswer> type, CancellationToken cancellationToken)
        where TAnswer : class
    {
        using var response = await SendAsync(method, path, json, cancellationToken);
        try
        {
            // The body is in memory already. And a create that was accepted must not be lost to a late cancellation.
            var bytes = await response.Content.ReadAsByteArrayAsync(CancellationToken.None);
            return JsonSerializer.Deserialize(bytes, type) ?? throw Unreadable(method, null);
        }
        catch (JsonException exception)
        {
            throw Unreadable(method, exception);
        }
    }

    /// <inheritdoc cref="SendAsync{TAnswer}"/>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, byte[]? json, CancellationToken cancellationToken)
    {
        var settings = runway.Value;
        var response = await settings.Secrets.TryAsync(
            async secret =>
            {
                using var request = Authorized(settings, secret, method, path, json);
                return await TrySendAsync(request, cancellationToken);
            },
            answer => answer.StatusCode == HttpStatusCode.Unauthorized,
            logger);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await RefusalAsync(settings, response);
        }
    }

    /// <summary>The answer arrived but makes no sense. After a create, its outcome is unknown.</summary>
    public static ImageServiceException Unreadable(HttpMethod method, Exception? inner) => new(
        method == HttpMethod.Post ? ImageServiceFailure.OutcomeUnknown : ImageServiceFailure.Unavailable,
        $"RunwayML's answer to {method} could not be read.", inner);

    private static HttpRequestMessage Authorized(
        RunwaySettings settings, string secret, HttpMethod method, string path, byte[]? json)
    {
        // Checked here because HttpClient's own error about an invalid header would quote the key.
        if (secret.Length == 0 || secret.Any(c => c is <= ' ' or > '~'))
        {
            throw new ImageServiceException(
                ImageServiceFailure.Misconfigured, "RUNWAYML_API_SECRET is not set, or is not a valid key.");
        }

        var request = new HttpRequestMessage(method, $"{settings.BaseUrl.AbsoluteUri.TrimEnd('/')}/{path}");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {secret}");
        request.Headers.TryAddWithoutValidation("X-Runway-Version", ApiVersion);
        if (json is not null)
        {
            request.Content = new ByteArrayContent(json);
            request.Content.Headers.ContentType = new("application/json");
        }

        return request;
    }

    private async Task<HttpResponseMessage> TrySendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            var response = await http.SendAsync(request, cancellationToken);
            account.HasAnswered = true;
            return response;
        }
        catch (BrokenCircuitException exception)
        {
            throw new ImageServiceException(
                ImageServiceFailure.Unavailable, "RunwayML was down a moment ago, so the call was not sent.", exception);
        }
        catch (HttpRequestException exception)
            when (exception.HttpRequestError == HttpRequestError.NameResolutionError && !account.HasAnswered)
        {
            throw new ImageServiceException(
                ImageServiceFailure.Misconfigured,
                $"RunwayML gave no answer to {request.Method}: {CallOutcome.Describe(exception)}: check RUNWAYML_BASE_URL.",
                exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or TimeoutRejectedException)
        {
            var mayBeTaken = request.Method == HttpMethod.Post && !CallOutcome.WasNeverSent(exception);
            throw new ImageServiceException(
                mayBeTaken ? ImageServiceFailure.OutcomeUnknown : ImageServiceFailure.Unavailable,
                $"RunwayML gave no answer to {request.Method}: {CallOutcome.Describe(exception)}.", exception);
        }
    }

    private async Task<ImageServiceException> RefusalAsync(RunwaySettings settings, HttpResponseMessage response)
    {
        var request = response.RequestMessage!;
        var text = await response.Content.ReadAsStringAsync();
        var exhausted = RunwayAccount.ReadExhausted(response.StatusCode, text);
        var failure = exhausted is null
            ? FailureOf(request.Method, response.StatusCode)
            : ImageServiceFailure.AccountExhausted;
        LogRefusal(failure, request, response.StatusCode, ForLog(settings, text));
        var refused = failure == ImageServiceFailure.Refused
            ? RefusedFields.Read(WithoutSecret(settings, text)) ?? "RunwayML rejected this prompt or its reference image."
            : null;
        return new ImageServiceException(
            failure,
            exhausted ?? refused
                ?? $"RunwayML answered {request.Method} with HTTP {(int)response.StatusCode}{Advice(failure, response.StatusCode)}.");
    }

    private static ImageServiceFailure FailureOf(HttpMethod method, HttpStatusCode status) => status switch
    {
        < HttpStatusCode.BadRequest => ImageServiceFailure.Misconfigured,
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => ImageServiceFailure.Misconfigured,
        HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests => ImageServiceFailure.Unavailable,
        HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed when method == HttpMethod.Post => ImageServiceFailure.Misconfigured,
        HttpStatusCode.NotFound => ImageServiceFailure.NotFound,
        < HttpStatusCode.InternalServerError => ImageServiceFailure.Refused,
        _ => ImageServiceFailure.Unavailable,
    };

    /// <summary>Which setting an operator should check, when no request can work; otherwise empty.</summary>
    private static string Advice(ImageServiceFailure failure, HttpStatusCode status) => (failure, status) switch
    {
        (_, HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden) => ": check RUNWAYML_API_SECRET",
        (ImageServiceFailure.Misconfigured, _) => ": check RUNWAYML_BASE_URL",
        _ => "",
    };

    /// <summary>Faults of the service are logged once a minute, as every call has the same. A rejected request is always logged.</summary>
    private void LogRefusal(ImageServiceFailure failure, HttpRequestMessage request, HttpStatusCode status, string reason)
    {
        var count = 1;
        if (failure == ImageServiceFailure.NotFound
            || (failure != ImageServiceFailure.Refused && !faults.IsDue($"{request.Method} {status}", out count)))
        {
            return;
        }

        logger.CallFailed(request.Method.Method, request.RequestUri!.AbsolutePath, (int)status, reason, count);
    }

    private static string WithoutSecret(RunwaySettings settings, string text) =>
        settings.Secrets.Redact(text, "***");

    /// <summary>RunwayML's error text for the log: shortened, on one line, and without the key.</summary>
    private static string ForLog(RunwaySettings settings, string text)
    {
        text = PlainText.OneLine(WithoutSecret(settings, text));
        return text.Length <= LoggedCharacters ? text : text[..LoggedCharacters];
    }
}
