using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ScenarioFunctions.Tests.Infrastructure.Api;

/// <summary>Supabase Auth, as far as it gives out tokens and the public keys that they are signed with.</summary>
internal sealed class SupabaseAuth : IAsyncDisposable
{
    private readonly WebApplication app;
    private ECDsaSecurityKey key = NewKey();

    private SupabaseAuth()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        app = builder.Build();
        app.MapGet("/auth/v1/.well-known/jwks.json", () =>
        {
            Reads++;
            return IsDown ? Results.StatusCode(503) : Results.Text(KeySet(), "application/json");
        });
    }

    public Uri Url => new(app.Urls.Single());

    public bool IsDown { get; set; }

    /// <summary>How often the keys were asked for.</summary>
    public int Reads { get; private set; }

    public static async Task<SupabaseAuth> StartAsync()
    {
        var auth = new SupabaseAuth();
        await auth.app.StartAsync();
        return auth;
    }

    /// <summary>New tokens have a key that nobody has seen.</summary>
    public void Rotate() => key = NewKey();

    /// <summary>A token as Supabase gives it to <paramref name="userId"/>, for an hour from <paramref name="now"/> on.</summary>
    public string TokenOf(string userId, DateTimeOffset now, string? issuer = null, string audience = "authenticated") =>
        Token(new SigningCredentials(key, SecurityAlgorithms.EcdsaSha256), issuer ?? IssuerOf(Url), userId, now, audience);

    public static string Token(
        SigningCredentials signing, string issuer, string userId, DateTimeOffset now, string audience = "authenticated") =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            IssuedAt = now.UtcDateTime,
            Expires = now.AddHours(1).UtcDateTime,
            Claims = new Dictionary<string, object> { ["sub"] = userId, ["role"] = "authenticated" },
            SigningCredentials = signing,
        });

    public static string IssuerOf(Uri url) => $"{url.AbsoluteUri.TrimEnd('/')}/auth/v1";

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private static ECDsaSecurityKey NewKey() =>
        new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = Guid.NewGuid().ToString() };

    private string KeySet()
    {
        var point = key.ECDsa.ExportParameters(includePrivateParameters: false).Q;
        return $$"""
            {"keys":[{"kty":"EC","alg":"ES256","use":"sig","crv":"P-256","kid":"{{key.KeyId}}",
            "x":"{{Base64UrlEncoder.Encode(point.X)}}","y":"{{Base64UrlEncoder.Encode(point.Y)}}"}]}
            """;
    }
}
