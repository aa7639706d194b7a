using System.Reflection;
using System.Runtime.CompilerServices;
using Supabase.Postgrest.Exceptions;

namespace ScenarioFunctions.Supabase;

/// <summary>
/// The one HTTP client that the package has for all tables. It cannot be replaced in release 1.6, and follows redirects with
/// the key in hand. (The package has taken a change for a client of one's own, but not released it.)
/// </summary>
internal static class PackageClient
{
    private static readonly Lock Once = new();

    /// <summary>To be called before the first request.</summary>
    /// <returns>False when this release of the package keeps its client elsewhere, so that it may follow redirects.</returns>
    public static bool TryRefuseRedirects()
    {
        var client = typeof(PostgrestException).Assembly.GetType("Supabase.Postgrest.Helpers")
            ?.GetField("Client", BindingFlags.NonPublic | BindingFlags.Static)
            ?.GetValue(null) as HttpClient;
        if (client is null || HandlerOf(client) is not HttpClientHandler handler)
        {
            return false;
        }

        lock (Once)
        {
            if (handler.AllowAutoRedirect)
            {
                handler.AllowAutoRedirect = false;
            }
        }

        return true;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_handler")]
    private static extern ref HttpMessageHandler HandlerOf(HttpMessageInvoker client);
}
