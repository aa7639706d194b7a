using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Settings;

namespace ScenarioFunctions.Api.Access;

/// <summary>Asks for the API key when there is one. Compares hashes, so that the time taken tells neither key nor length.</summary>
internal sealed partial class ApiKeyCheck(ServiceSettings settings, ILogger<ApiKeyCheck> logger) : IDisposable
{
    private const string Scheme = "Bearer ";

    private readonly byte[]? expected = settings.ApiKey is { } key ? Hash(key) : null;

    /// <summary>Twenty refusals at once, then one a second. The right key is never slowed down: clients may share an address.</summary>
    private readonly PartitionedRateLimiter<string> refusals = PartitionedRateLimiter.Create<string, string>(address =>
        RateLimitPartition.GetTokenBucketLimiter(address, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = 20,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        }));

    /// <exception cref="ProblemException">The key is missing or wrong, or this address has sent too many wrong ones.</exception>
    public void Demand(HttpContext context)
    {
        if (expected is null)
        {
            return;
        }

        var header = context.Request.Headers.Authorization.ToString();
        var given = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : "";
        if (CryptographicOperations.FixedTimeEquals(Hash(given), expected))
        {
            return;
        }

        var address = context.Connection.RemoteIpAddress?.ToString() ?? "unknown";
        using var turn = refusals.AttemptAcquire(address);
        if (!turn.IsAcquired)
        {
            throw Problems.TooManyWrongKeys();
        }

        Refused(logger, context.Request.Method, context.Request.Path, address, header.Length > 0 ? "wrong" : "missing");
        throw Problems.Unauthorized(keyGiven: header.Length > 0);
    }

    public void Dispose() => refusals.Dispose();

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    [LoggerMessage(108, LogLevel.Warning, "Refused {Method} {Path} from {Address}: the API key is {Fault}")]
    private static partial void Refused(ILogger logger, string method, string path, string address, string fault);
}
