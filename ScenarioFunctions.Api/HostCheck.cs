using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using ScenarioFunctions.Core.Settings;

namespace ScenarioFunctions.Api;

/// <summary>
/// Refuses requests with a host name that is not the service's. Without this check a web page could reach a server on this
/// machine by pointing its own domain to 127.0.0.1 (DNS rebinding), and links in answers would lead to that domain.
/// </summary>
internal sealed class HostCheck(ServiceSettings settings)
{
    private static readonly string[] Loopback = ["localhost", "*.localhost", "127.0.0.1", "[::1]"];

    private readonly bool isOpen = settings.AllowedHosts.Contains("*");

    private readonly IList<StringSegment> allowed =
    [
        .. Loopback.Concat(settings.AllowedHosts).Select(name => new StringSegment(name)),
        .. settings.PublicBaseUrl is { } url ? new StringSegment[] { url.Host } : [],
    ];

    /// <exception cref="ProblemException">400: the <c>Host</c> header names another host.</exception>
    public void Demand(HttpRequest request)
    {
        // An HTTP/1.0 request may lack a Host header; browsers always send one.
        if (request.Host.HasValue && !isOpen && !HostString.MatchesAny(request.Host.Host, allowed))
        {
            throw Problems.UnknownHost();
        }
    }
}
