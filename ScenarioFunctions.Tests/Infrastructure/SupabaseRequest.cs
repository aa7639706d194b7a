using Microsoft.AspNetCore.Http;

namespace ScenarioFunctions.Tests.Infrastructure;

/// <summary>A request as it came in.</summary>
/// <param name="Method">Such as <c>POST</c>.</param>
/// <param name="Target">Path and query, as sent.</param>
/// <param name="Headers">By name, whatever its case.</param>
/// <param name="Body">Null when it is no JSON.</param>
public sealed record SupabaseRequest(
    string Method, string Target, IReadOnlyDictionary<string, string> Headers, string? Body)
{
    internal static async Task<SupabaseRequest> ReadAsync(HttpRequest request)
    {
        string? body = null;
        if (request.HasJsonContentType())
        {
            using var reader = new StreamReader(request.Body, leaveOpen: true);
            body = await reader.ReadToEndAsync();
            request.Body.Position = 0;
        }

        var headers = request.Headers.ToDictionary(
            header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        return new SupabaseRequest(request.Method, request.Path + request.QueryString, headers, body);
    }
}
