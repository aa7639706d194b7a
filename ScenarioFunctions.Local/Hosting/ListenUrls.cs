using ScenarioFunctions.Core.Settings;

namespace ScenarioFunctions.Local.Hosting;

/// <summary>
/// <c>ASPNETCORE_URLS</c>, checked before the server listens: Kestrel takes an address whose port it cannot
/// read for a host's name, and listens on port 80 of every network.
/// </summary>
internal static class ListenUrls
{
    private const string Name = "ASPNETCORE_URLS";

    /// <summary>Separated by semicolons; the port that Functions uses unless set.</summary>
    public static string Read(SettingsReader reader)
    {
        var urls = reader.Text(Name, LocalServerOptions.DefaultUrls);
        if (!urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).All(IsRight))
        {
            reader.Fault(Name, $"must be an address such as {LocalServerOptions.DefaultUrls} (http, a host, a port), not '{urls}'");
        }

        return urls;
    }

    private static bool IsRight(string url) =>
        Uri.TryCreate(WithHost(url), UriKind.Absolute, out var uri)
        && uri is { Scheme: "http", PathAndQuery: "/", Fragment: "", UserInfo: "" };

    /// <summary>Kestrel's names for every network are no hosts to <see cref="Uri"/>.</summary>
    private static string WithHost(string url) => url
        .Replace("://+", "://any", StringComparison.Ordinal)
        .Replace("://*", "://any", StringComparison.Ordinal);
}
