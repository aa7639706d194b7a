namespace ScenarioFunctions.Core.Runway;

/// <summary>Which URLs RunwayML fetches reference images from.</summary>
internal static class ReferenceImageUrl
{
    private const int MaxLength = 2048;

    /// <summary>The URL as RunwayML is to get it (escaped, its domain in ASCII), or null when it would refuse it.</summary>
    public static string? Accepted(string? text)
    {
        if (!Uri.TryCreate(text?.Trim(), UriKind.Absolute, out var url) || !IsOnDomain(url))
        {
            return null;
        }

        var sent = new UriBuilder(url) { Host = url.IdnHost }.Uri.AbsoluteUri;
        return sent.Length <= MaxLength ? sent : null;
    }

    /// <summary>A name with a dot whose last part is no number: not <c>localhost</c>, not an IP address.</summary>
    private static bool IsOnDomain(Uri url) =>
        url.Scheme == Uri.UriSchemeHttps && url.IsDefaultPort && url.UserInfo.Length == 0
            && url.HostNameType == UriHostNameType.Dns
            && url.IdnHost.TrimEnd('.').Split('.') is [_, .., var last]
            && last is not "localhost" and not "local" and not "internal" && !last.All(char.IsAsciiDigit);
}
