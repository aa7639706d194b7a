using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using ScenarioFunctions.Core.Settings;

namespace ScenarioFunctions.Api;

/// <summary>
/// The token in a <c>follow_url</c>. It is valid for a day and gives read access to one task. A browser's <c>EventSource</c> sends
/// no headers, so the token is in the URL.
/// </summary>
internal sealed class FollowTokens(ServiceSettings settings, TimeProvider time)
{
    public const string Parameter = "token";

    private const string Audience = "follow_url";

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    private readonly JsonWebTokenHandler handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>The first signs; tokens of the others stay valid while a key is replaced. Without a secret, tokens end with the process.</summary>
    private volatile SymmetricSecurityKey[] keys = settings.SigningSecrets.Count > 0
        ? KeysOf(settings.SigningSecrets)
        : [Derived(RandomNumberGenerator.GetBytes(32))];

    /// <summary>Takes the secrets in another value of <c>API_KEY</c> from now on.</summary>
    public void Replace(string apiKeys) => keys = KeysOf(KeyRing.Split(apiKeys));

    public string Create(string taskId) => handler.CreateToken(new SecurityTokenDescriptor
    {
        Audience = Audience,
        Claims = new Dictionary<string, object> { [JwtRegisteredClaimNames.Sub] = taskId },
        Expires = (time.GetUtcNow() + Lifetime).UtcDateTime,
        SigningCredentials = new SigningCredentials(keys[0], SecurityAlgorithms.HmacSha256),
    });

    /// <summary>Whether the request has a valid token for this task.</summary>
    public async Task<bool> OpenAsync(HttpRequest request, string taskId)
    {
        if (request.Query[Parameter] is not [{ Length: > 0 } token])
        {
            return false;
        }

        var result = await handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidateIssuer = false,
            ValidAudience = Audience,
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            IssuerSigningKeys = keys,
            LifetimeValidator = (_, until, _, _) => until > time.GetUtcNow().UtcDateTime,
        });
        return result.IsValid && result.Claims.TryGetValue(JwtRegisteredClaimNames.Sub, out var id) && id.Equals(taskId);
    }

    private static SymmetricSecurityKey[] KeysOf(IReadOnlyList<string> secrets) =>
        [.. secrets.Select(secret => Derived(Encoding.UTF8.GetBytes(secret)))];

    /// <summary>A token reveals nothing about the secret.</summary>
    private static SymmetricSecurityKey Derived(byte[] secret) =>
        new(HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, outputLength: 32, info: Encoding.UTF8.GetBytes(Audience)));
}
