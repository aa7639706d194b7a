using System.Globalization;
using System.Text.Json;

namespace ScenarioFunctions.Supabase;

/// <summary>The error that PostgREST or Storage put into an answer, as far as it is one.</summary>
/// <param name="Code">PostgreSQL's (23505), PostgREST's (PGRST205) or Storage's (Duplicate).</param>
/// <param name="Message">For a person.</param>
/// <param name="Status">Storage's own status, which older versions send under HTTP 400.</param>
internal sealed record SupabaseErrorBody(string? Code, string? Message, int? Status)
{
    private static readonly SupabaseErrorBody None = new(null, null, null);

    public static SupabaseErrorBody Read(string? body)
    {
        try
        {
            using var document = JsonDocument.Parse(body ?? "");
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object
                ? new SupabaseErrorBody(
                    Text(root, "code") ?? Text(root, "error"),
                    Text(root, "message"),
                    int.TryParse(Text(root, "statusCode"), CultureInfo.InvariantCulture, out var status) ? status : null)
                : None;
        }
        catch (JsonException)
        {
            return None;
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value)
            ? value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Number => value.GetRawText(),
                _ => null,
            }
            : null;
}
