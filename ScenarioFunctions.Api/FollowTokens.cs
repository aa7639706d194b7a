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

    /// <summary>Derived, so that a token reveals nothing about the secret. Without a secret, tokens end with the process.</summary>
    private readonly SymmetricSecurityKey key = new(HKDF.DeriveKey(
        HashAlgorithmName.SHA256,
        settings.SigningSecret is { } secret ? Encoding.UTF8.GetBytes(secret) : RandomNumberGenerator.GetBytes(32),
        outputLength: 32,
        info: Encoding.UTF8.GetBytes(Audience)));

    public string Create(string taskId) => handler.CreateToken(new SecurityTokenDescriptor
    {
        Audience = Audience,
        Claims = new Dictionary<string, object> { [JwtRegisteredClaimNames.Sub] = taskId },
        Expires = (time.GetUtcNow() + Lifetime).UtcDateTime,
        SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.HmacSha256),
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
            IssuerSigningKey = key,
            LifetimeValidator = (_, until, _, _) => until > time.GetUtcNow().UtcDateTime,
        });
        return result.IsValid && result.Claims.TryGetValue(JwtRegisteredClaimNames.Sub, out var id) && id.Equals(taskId);
    }
}
