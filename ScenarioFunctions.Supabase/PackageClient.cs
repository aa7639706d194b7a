using System.Reflection;
using System.Runtime.CompilerServices;
using Supabase.Postgrest.Exceptions;

namespace ScenarioFunctions.Supabase;

/// <summary>
/// The package's only HTTP client, which it uses for all tables. In release 1.6 it cannot be replaced, and it follows redirects
/// with the key. (A later version of the package, not released yet, lets a caller replace it.)
/// </summary>
internal static class PackageClient
{
    private static readonly Lock Once = new();

    /// <summary>Call it before the first request.</summary>
    /// <returns>False when this release of the package keeps its client elsewhere and may follow redirects.</returns>
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
