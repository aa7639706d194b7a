using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using ScenarioFunctions.Core.Settings;

namespace ScenarioFunctions.Api;

/// <summary>Checks the access tokens (JWTs) that Supabase Auth gives to its users.</summary>
internal sealed partial class UserTokens(
    ServiceSettings settings, SigningKeys signingKeys, TimeProvider time, ILogger<UserTokens> logger)
{
    private const string Audience = "authenticated";

    /// <summary>How far the clocks of Supabase and of this machine may be apart.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    private static readonly string[] Algorithms =
        [SecurityAlgorithms.HmacSha256, SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSha256];

    private readonly JsonWebTokenHandler handler = new();

    private readonly SymmetricSecurityKey? sharedKey =
        settings.UserTokens?.Secret is { } secret ? new SymmetricSecurityKey(System.Text.Encoding.UTF8.GetBytes(secret)) : null;

    /// <summary>A JWT has three parts separated by dots. An API key need not have any.</summary>
    public static bool LooksLikeOne(string text) => text.Count(character => character == '.') == 2;

    /// <returns>The token's user; null when the token is invalid or tokens are not accepted here.</returns>
    /// <exception cref="ProblemException">503: Supabase's keys cannot be read now.</exception>
    public async Task<string?> UserOfAsync(string token, CancellationToken cancellationToken)
    {
        if (settings.UserTokens is not { } accepted || Read(token) is not { } read)
        {
            return null;
        }

        if (!Algorithms.Contains(read.Alg))
        {
            NotValid(logger, "an algorithm that Supabase does not use"); // no reason to ask Supabase for a key
            return null;
        }

        var isShared = read.Alg == SecurityAlgorithms.HmacSha256;
        IEnumerable<SecurityKey> keys = isShared
            ? sharedKey is null ? [] : [sharedKey]
            : await signingKeys.FindAsync(accepted, read.Kid, cancellationToken);
        var result = await handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = accepted.Issuer,
            ValidAudience = Audience,
            ValidAlgorithms = [read.Alg],
            IssuerSigningKeys = keys,
            LifetimeValidator = (from, until, _, _) => until is not null && IsNow(from, until.Value),
        });
        if (!result.IsValid)
        {
            NotValid(logger, result.Exception.GetType().Name);
            return null;
        }

        return read.Subject is { } subject && Identifiers.IsId(subject) ? subject : null;
    }

    private JsonWebToken? Read(string token)
    {
        try
        {
            return handler.ReadJsonWebToken(token);
        }
        catch (Exception exception) when (exception is ArgumentException or SecurityTokenException or FormatException)
        {
            NotValid(logger, exception.GetType().Name);
            return null;
        }
    }

    private bool IsNow(DateTime? from, DateTime until)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return (from is null || from <= now + ClockSkew) && until > now - ClockSkew;
    }

    [LoggerMessage(109, LogLevel.Information, "A user's token is not valid: {Fault}")]
    private static partial void NotValid(ILogger logger, string fault);
}
