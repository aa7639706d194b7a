using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using ScenarioFunctions.Core.Settings;

namespace ScenarioFunctions.Api;

/// <summary>
/// Refuses requests for a host name that is not ours. Otherwise a web page could reach a server on this machine by a name
/// of its own that it points to 127.0.0.1 (DNS rebinding), and answers would lead to that name.
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

    /// <exception cref="ProblemException">The <c>Host</c> header names another host.</exception>
    public void Demand(HttpRequest request)
    {
        // A request of HTTP/1.0 need not name a host; a browser always does.
        if (request.Host.HasValue && !isOpen && !HostString.MatchesAny(request.Host.Host, allowed))
        {
            throw Problems.UnknownHost();
        }
    }
}
