namespace ScenarioFunctions.Tests.Azure;

/// <summary>Settings that the production host starts with.</summary>
internal static class TestSettings
{
    public const string ApiKey = "test-key-of-24-characters";

    public static Dictionary<string, string?> Complete => new()
    {
        ["API_KEY"] = ApiKey,
        ["SUPABASE_URL"] = "http://127.0.0.1:9",
        ["SUPABASE_SERVICE_ROLE_KEY"] = "service-key",
        ["WEBHOOK_SECRET"] = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    };
}
