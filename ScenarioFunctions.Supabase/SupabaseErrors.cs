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
