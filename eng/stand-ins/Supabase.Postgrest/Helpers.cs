namespace Supabase.Postgrest;

/// <summary>Where the real package, too, has one HTTP client for all tables.</summary>
internal static class Helpers
{
    private static readonly HttpClient Client = new();

    public static Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Client.SendAsync(request, cancellationToken);
}
