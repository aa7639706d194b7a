using System.Buffers.Text;
using System.Text.Json;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Supabase;

/// <summary>How to reach Supabase.</summary>
public sealed record SupabaseSettings
{
    private const string ApiKeyHeader = "apikey";

    /// <summary><c>SUPABASE_URL</c>, without a trailing slash.</summary>
    public required Uri Url { get; init; }

    /// <summary>
    /// <c>SUPABASE_SERVICE_ROLE_KEY</c>: a secret key, or the JWT of the legacy service_role. Both bypass row level
    /// security. Of several, separated by commas, the next one is used when Supabase rejects one. Never logged.
    /// </summary>
    public required string ServiceRoleKey
    {
        get;
        init
        {
            field = value;
            Keys = new KeyRing("SUPABASE_SERVICE_ROLE_KEY", value);
        }
    }

    /// <summary>The key in use, and those that may follow it.</summary>
    public KeyRing Keys { get; private init; } = new("SUPABASE_SERVICE_ROLE_KEY", "");

    /// <summary><c>SUPABASE_BUCKET</c>, default <c>generated-content</c>: a public bucket.</summary>
    public string Bucket { get; init; } = IImageStore.DefaultBucket;

    /// <summary>Missing or wrong settings become faults of the <paramref name="reader"/>.</summary>
    public static SupabaseSettings Read(SettingsReader reader)
    {
        var url = reader.KeyedUrl("SUPABASE_URL");
        if (reader.Text("SUPABASE_URL") is null)
        {
            reader.Fault("SUPABASE_URL", "must be set to the project's URL, such as https://abcdefgh.supabase.co");
        }

        var key = reader.Secret("SUPABASE_SERVICE_ROLE_KEY");
        if ((key is null ? FaultOf(null) : KeyRing.Split(key).Select(FaultOf).FirstOrDefault(wrong => wrong is not null)) is { } fault)
        {
            reader.Fault("SUPABASE_SERVICE_ROLE_KEY", fault);
        }

        return new SupabaseSettings
        {
            Url = url ?? new Uri("http://localhost"),
            ServiceRoleKey = key ?? "",
            Bucket = reader.Text("SUPABASE_BUCKET", IImageStore.DefaultBucket),
        };
    }

    /// <summary>The headers with the key that is in use.</summary>
    public Dictionary<string, string> KeyHeaders() => HeadersOf(Keys.Current);

    /// <summary>The headers with a key. Only a JWT is also sent as Bearer, as a secret key is not a JWT.</summary>
    public static Dictionary<string, string> HeadersOf(string key) => IsSecretKey(key)
        ? new() { [ApiKeyHeader] = key }
        : new() { [ApiKeyHeader] = key, ["Authorization"] = $"Bearer {key}" };

    /// <summary>Without the key, so that it cannot get into logs.</summary>
    public override string ToString() => $"Supabase at {Url}, bucket {Bucket}";

    private static string? FaultOf(string? key)
    {
        const string WhatIsRight = "must be one of the project's secret keys, which start with sb_secret_, or its legacy "
            + "service_role key, a JWT that starts with eyJ (Project settings, API keys)";

        return key switch
        {
            null => WhatIsRight,
            _ when key.StartsWith("sb_publishable_", StringComparison.Ordinal) =>
                $"{WhatIsRight}, and not the publishable key, which is meant for browsers",
            _ when key.Any(character => character is < '!' or > '~') => $"{WhatIsRight}, without spaces or line breaks",
            _ when RoleOf(key) is "anon" or "authenticated" =>
                $"{WhatIsRight}, and not the anon key, which is meant for browsers",
            _ => null,
        };
    }

    private static bool IsSecretKey(string key) => key.StartsWith("sb_secret_", StringComparison.Ordinal);

    /// <summary>The role in a JWT; null when it has none or is not a JWT.</summary>
    private static string? RoleOf(string key)
    {
        if (key.Split('.') is not [_, var payload, _])
        {
            return null;
        }

        try
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
            return claims.RootElement.TryGetProperty("role", out var role) ? role.GetString() : null;
        }
        catch (Exception exception) when (exception is FormatException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
