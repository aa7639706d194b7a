using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace ScenarioFunctions.Api;

/// <summary>
/// Tells whether two requests are the same. White space, escapes, the order of fields, and whether the scenario was posted as
/// an object or as a string make no difference.
/// </summary>
internal static class RequestHash
{
    /// <returns>SHA-256 in lower-case hex.</returns>
    public static string Of(string shortId, string userId, JsonElement scenario, string? callbackUrl = null)
    {
        var canonical = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(canonical))
        {
            writer.WriteStartArray();
            writer.WriteStringValue(shortId);
            writer.WriteStringValue(userId);
            Write(writer, scenario);
            if (callbackUrl is not null)
            {
                writer.WriteStringValue(callbackUrl);
            }

            writer.WriteEndArray();
        }

        return Convert.ToHexStringLower(SHA256.HashData(canonical.WrittenSpan));
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in value.EnumerateObject().OrderBy(field => field.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(property.Name);
                    Write(writer, property.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(value.GetString());
                break;
            default:
                writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value));
                break;
        }
    }
}
