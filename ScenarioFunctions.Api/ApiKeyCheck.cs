using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using ScenarioFunctions.Core.Settings;

namespace ScenarioFunctions.Api;

/// <summary>Asks for the API key when there is one. Compares hashes, so that time tells neither key nor length.</summary>
internal sealed class ApiKeyCheck(ServiceSettings settings)
{
    private const string Scheme = "Bearer ";

    private readonly byte[]? expected = settings.ApiKey is { } key ? Hash(key) : null;

    /// <exception cref="ProblemException">The key is missing or wrong.</exception>
    public void Demand(HttpRequest request)
    {
        if (expected is null)
        {
            return;
        }

        var header = request.Headers.Authorization.ToString();
        var given = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : "";
        if (!CryptographicOperations.FixedTimeEquals(Hash(given), expected))
        {
            throw Problems.Unauthorized(keyGiven: header.Length > 0);
        }
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
