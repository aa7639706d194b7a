using System.Net;

namespace ScenarioFunctions.Tests.Core.Runway;

/// <summary>Stands for a public host, which a test cannot have, that redirects; all else goes to the network.</summary>
internal sealed class RedirectingHost(string host, string location) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri!.Host != host)
        {
            return base.SendAsync(request, cancellationToken);
        }

        var redirect = new HttpResponseMessage(HttpStatusCode.Found);
        redirect.Headers.Location = new Uri(location);
        return Task.FromResult(redirect);
    }
}
