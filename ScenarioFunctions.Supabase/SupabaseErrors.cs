using System.Globalization;
using System.Text.Json;
using ScenarioFunctions.Core;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Supabase;

/// <summary>Tells an error that passes from one that stays, by PostgreSQL's code first and the HTTP status next.</summary>
internal static class SupabaseErrors
{
    private const int LongestMessage = 500;

    /// <summary>Connections, resources, shutdowns, and transactions that lost against another one.</summary>
    private static readonly string[] TransientClasses = ["08", "53", "57", "40"];

    /// <param name="act">What was done, such as <c>Saving the scenes</c>.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="body">The answer: <c>{code, message, …}</c>, or anything else from a gateway.</param>
    /// <param name="settings">Whose key is kept out of the message.</param>
    public static StorageException From(string act, int status, string? body, SupabaseSettings settings)
    {
        var error = SupabaseErrorBody.Read(body);
        var text = $"{act}: {error.Message ?? "Supabase refused."} ({error.Code ?? "no code"}, HTTP {status})";
        var message = settings.ServiceRoleKey.Length > 0 ? text.Replace(settings.ServiceRoleKey, "[key]") : text;
        message = PlainText.OneLine(message);
        return new StorageException(
            message.Length > LongestMessage ? $"{message[..LongestMessage]}…" : message,
            IsTransient(status, error));
    }

    /// <summary>Whether the same call may work later.</summary>
    public static bool IsTransient(int status, SupabaseErrorBody error) =>
        IsTransientStatus(status)
        || (error.Status is { } inner && IsTransientStatus(inner))
        || (error.Code is { Length: 5 } code && TransientClasses.Contains(code[..2]));

    private static bool IsTransientStatus(int status) => status is 408 or 429 or >= 500;
}

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
