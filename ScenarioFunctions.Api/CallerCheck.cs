using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Settings;

namespace ScenarioFunctions.Api;

/// <summary>
/// Finds out who calls: by the API key, by a Supabase user's token, or without either where the API is open. Keys are compared
/// by their hashes, so that the time of the comparison reveals nothing about the key.
/// </summary>
internal sealed partial class CallerCheck(ServiceSettings settings, UserTokens tokens, ILogger<CallerCheck> logger) : IDisposable
{
    private const string Scheme = "Bearer ";

    private volatile byte[][] expected = settings.ApiKey is { } keys ? HashesOf(keys) : [];

    private readonly bool isOpen = settings.ApiKey is null && (settings.UserTokens is null || settings.AllowAnonymous);

    /// <summary>Per address: 20 refusals at once, then one a second. Requests with the right key are never slowed down.</summary>
    private readonly PartitionedRateLimiter<string> refusals = PartitionedRateLimiter.Create<string, string>(address =>
        RateLimitPartition.GetTokenBucketLimiter(address, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = 20,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        }));

    /// <exception cref="ProblemException">
    /// 401: the key or token is missing or wrong. 429: this address has sent too many wrong ones. 503: tokens cannot be checked now.
    /// </exception>
    public async Task<Caller> DemandAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        var given = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : "";
        if (given.Length > 0 && IsKey(Hash(given)))
        {
            return Caller.Service;
        }

        if (UserTokens.LooksLikeOne(given) && await tokens.UserOfAsync(given, context.RequestAborted) is { } userId)
        {
            return new Caller(userId);
        }

        // An invalid token is refused even where the API is open: its sender wants to act as one user, not for all.
        if (isOpen && !(settings.UserTokens is not null && UserTokens.LooksLikeOne(given)))
        {
            return Caller.Service;
        }

        throw Refusal(context, isKeyGiven: header.Length > 0);
    }

    /// <summary>Takes other keys from now on. Whether there is one at all, and so whether the API is open, the start decides.</summary>
    public void Replace(string keys)
    {
        if (expected.Length > 0)
        {
            expected = HashesOf(keys);
        }
    }

    public void Dispose() => refusals.Dispose();

    private ProblemException Refusal(HttpContext context, bool isKeyGiven)
    {
        var address = AddressOf(context)?.ToString() ?? "unknown";
        using var lease = refusals.AttemptAcquire(address);
        if (!lease.IsAcquired)
        {
            return Problems.TooManyWrongKeys();
        }

        Refused(logger, context.Request.Method, context.Request.Path, address, isKeyGiven ? "wrong" : "missing");
        return Problems.Unauthorized(isKeyGiven);
    }

    /// <summary>On Azure every connection comes from the platform. Earlier addresses in the header can be the caller's inventions.</summary>
    private IPAddress? AddressOf(HttpContext context) =>
        settings.IsBehindAzure
        && IPEndPoint.TryParse(context.Request.Headers["X-Forwarded-For"].ToString().Split(',')[^1].Trim(), out var caller)
            ? caller.Address
            : context.Connection.RemoteIpAddress;

    private bool IsKey(byte[] given) =>
        expected.Aggregate(false, (isKey, key) => CryptographicOperations.FixedTimeEquals(given, key) | isKey);

    private static byte[][] HashesOf(string keys) => [.. KeyRing.Split(keys).Select(Hash)];

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    [LoggerMessage(108, LogLevel.Warning, "Refused {Method} {Path} from {Address}: the API key or token is {Fault}")]
    private static partial void Refused(ILogger logger, string method, string path, string address, string fault);
}
