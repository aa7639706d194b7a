using System.Text;

namespace ScenarioFunctions.Tests.Infrastructure;

/// <summary>The two keys that the test server gave out: JWTs in shape, with the role that they claim.</summary>
public static class SupabaseKeys
{
    public static string ServiceRole { get; } = KeyOf("service_role");

    public static string Anon { get; } = KeyOf("anon");

    public static string? RoleOf(string key) =>
        key == ServiceRole ? "service_role" : key == Anon ? "anon" : null;

    private static string KeyOf(string role) => string.Join(
        '.',
        Encode("""{"alg":"HS256","typ":"JWT"}"""),
        Encode($$"""{"iss":"supabase","role":"{{role}}","exp":4102444800}"""),
        Encode($"signature of {role}"));

    private static string Encode(string text) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
