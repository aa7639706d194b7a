using Polly;
using Polly.Timeout;

namespace ScenarioFunctions.Core.Runway;

/// <summary>
/// One attempt of a call, with its whole answer: the retries around it then see a body that was cut short,
/// too. A create (POST) under way is not cut by the caller's cancellation, as its outcome would be lost.
/// </summary>
internal sealed class AttemptHandler(TimeProvider time, TimeSpan timeout, long maxBytes) : DelegatingHandler
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
            await response.Content.LoadIntoBufferAsync(maxBytes, token);
            return response;
        }
        catch (OperationCanceledException exception)
            when (exception.InnerException is TimeoutException && !token.IsCancellationRequested)
        {
            // How SocketsHttpHandler tells that its ConnectTimeout has passed: nothing was sent.
            throw new HttpRequestException(HttpRequestError.ConnectionError, "No connection in time.", exception);
        }
        catch
        {
            response?.Dispose();
            throw;
        }
    }
}
