using System.Globalization;
using System.Text.Json;
using ScenarioFunctions.Core;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Supabase;

/// <summary>Tells transient errors from permanent ones, by PostgreSQL's error code, or else by the HTTP status.</summary>
internal static class SupabaseErrors
{
    private const int LongestMessage = 500;

    /// <summary>Connections, resources, shutdowns, and transactions that lost a conflict.</summary>
    private static readonly string[] TransientClasses = ["08", "53", "57", "40"];

    /// <summary>Data that does not fit, constraints, and what a function raises.</summary>
    private static readonly string[] Refusals = ["22", "23", "P0"];

    /// <param name="act">The act that failed, such as <c>Saving the scenes</c>.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="body">The answer: <c>{code, message, …}</c>, or anything else from a gateway.</param>
    /// <param name="settings">Their key is removed from the message.</param>
    public static StorageException From(string act, int status, string? body, SupabaseSettings settings)
    {
        var error = SupabaseErrorBody.Read(body);
        var text = $"{act}: {error.Message ?? "Supabase rejected the request."} ({error.Code ?? "no code"}, HTTP {status})";
        var message = PlainText.OneLine(settings.Keys.Redact(text, "[key]"));
        return new StorageException(
            message.Length > LongestMessage ? $"{message[..LongestMessage]}…" : message,
            IsTransient(status, error))
        {
            IsRefusal = HasClass(error, Refusals),
        };
    }

    /// <summary>Whether the same call may work later.</summary>
    public static bool IsTransient(int status, SupabaseErrorBody error) =>
        IsTransientStatus(status)
        || (error.Status is { } inner && IsTransientStatus(inner))
        || HasClass(error, TransientClasses);

    private static bool HasClass(SupabaseErrorBody error, string[] classes) =>
        error.Code is { Length: 5 } code && classes.Contains(code[..2]);

    private static bool IsTransientStatus(int status) => status is 408 or 429 or >= 500;
}

/// <summary>The error in an answer of PostgREST or Storage, as far as it can be read.</summary>
/// <param name="Code">PostgreSQL's (23505), PostgREST's (PGRST205) or Storage's (Duplicate).</param>
/// <param name="Message">Text for people.</param>
/// <param name="Status">Storage's own status, which older versions send with HTTP 400.</param>
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
