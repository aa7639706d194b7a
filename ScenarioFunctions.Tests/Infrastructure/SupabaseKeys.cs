using System.Text;

namespace ScenarioFunctions.Tests.Infrastructure;

/// <summary>The keys that the test server gave out: JWTs in shape, with the role that they claim, and a secret key.</summary>
public static class SupabaseKeys
{
    public static string ServiceRole { get; } = KeyOf("service_role");

    /// <summary>Of the kind that takes the legacy key's place.</summary>
    public const string Secret = "sb_secret_A1b2C3d4E5f6G7h8I9j0K_x1y2z3w4";

    public static string Anon { get; } = KeyOf("anon");

    public static string? RoleOf(string key) =>
        key == ServiceRole || key == Secret ? "service_role" : key == Anon ? "anon" : null;

    /// <summary>A JWT is sent as Bearer, too; a secret key must not be.</summary>
    public static string AuthorizationOf(string key) => key == Secret ? "" : $"Bearer {key}";

    private static string KeyOf(string role) => string.Join(
        '.',
        Encode("""{"alg":"HS256","typ":"JWT"}"""),
        Encode($$"""{"iss":"supabase","role":"{{role}}","exp":4102444800}"""),
        Encode($"signature of {role}"));

    private static string Encode(string text) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
