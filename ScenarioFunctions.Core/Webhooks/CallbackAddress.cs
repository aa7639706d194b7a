using System.Net;
using ScenarioFunctions.Core.Runway;

namespace ScenarioFunctions.Core.Webhooks;

/// <summary>
/// Which URLs a webhook may be sent to: https on the public Internet. This tells a poster early; what a name leads to is only
/// checked when a webhook is sent.
/// </summary>
internal static class CallbackAddress
{
    private const int MaxLength = 2048;

    /// <summary>Names that never lead to the public Internet (RFC 6761, RFC 6762, ICANN).</summary>
    private static readonly string[] PrivateNames = ["localhost", "local", "internal", "home.arpa", "localdomain"];

    /// <returns>What is wrong, as the end of a sentence; null when the URL may be used.</returns>
    public static string? FaultOf(string text, bool allowsPrivate)
    {
        if (text.Length > MaxLength)
        {
            return $"must have at most {MaxLength} characters";
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || !(url.Scheme is "http" or "https") || url.Host.Length == 0)
        {
            return "must be a URL such as https://example.com/webhooks";
        }

        if (url.UserInfo.Length > 0)
        {
            return "must have no user name or password in it: a webhook is signed instead";
        }

        if (allowsPrivate)
        {
            return null;
        }

        return url.Scheme != Uri.UriSchemeHttps ? "must start with https://"
            : IsPublic(url.IdnHost.TrimEnd('.')) ? null
            : "must be on the public Internet, not on this machine or in a private network";
    }

    private static bool IsPublic(string host)
    {
        if (IPAddress.TryParse(host, out var address))
        {
            return PublicAddress.Contains(address);
        }

        var name = host.ToLowerInvariant();
        return name.Contains('.', StringComparison.Ordinal)
            && !Array.Exists(PrivateNames, known => name.EndsWith($".{known}", StringComparison.Ordinal));
    }
}
