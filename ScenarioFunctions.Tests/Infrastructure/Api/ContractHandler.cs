namespace ScenarioFunctions.Tests.Infrastructure.Api;

/// <summary>Holds every answer that any test gets against <c>openapi.json</c>.</summary>
internal sealed class ContractHandler() : DelegatingHandler(new SocketsHttpHandler { UseCookies = false })
{
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        await response.Content.LoadIntoBufferAsync(cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        Assert.Empty(Contract.FaultsOf(request, response, body));
        return response;
    }
}
