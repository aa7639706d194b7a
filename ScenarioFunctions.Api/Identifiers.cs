using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using ScenarioFunctions.Core.Json;

namespace ScenarioFunctions.Api;

/// <summary>The rules of ids and keys.</summary>
internal static partial class Identifiers
{
    public const string Rule = "must be 1 to 128 characters: letters, digits, '_', '-', '.', ':', '|', '@', '+', and not '.' or '..'";
    public const string KeyRule = "must be 1 to 255 visible ASCII characters, given once";

    private const int Longest = 128;
    private const string Characters = "A-Za-z0-9_.:|@+-";

    /// <summary>A short id, user id or task id. <c>.</c> and <c>..</c> are no ids: URLs treat them as folders.</summary>
    public static bool IsId(string text) => text.Length <= Longest && Id().IsMatch(text);

    /// <summary>An <c>Idempotency-Key</c>.</summary>
    public static bool IsKey(string text) => Key().IsMatch(text);

    /// <summary>Makes an id of the text: each run of other characters becomes a hyphen. Null when nothing is left.</summary>
    public static string? From(string text)
    {
        var id = NotInIds().Replace(text, "-").Trim('-', '.');
        return id.Length == 0 ? null : id[..Math.Min(id.Length, Longest)];
    }

    [GeneratedRegex($@"\A(?!\.{{1,2}}\z)[{Characters}]+\z")]
    private static partial Regex Id();

    [GeneratedRegex($"[^{Characters}]+")]
    private static partial Regex NotInIds();

    [GeneratedRegex(@"\A[\x21-\x7E]{1,255}\z")]
    private static partial Regex Key();
}

/// <summary>The header that identifies a repeated request.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    /// <returns>Null when there is no key, or, with a fault, when it is invalid.</returns>
    public static string? Read(HttpRequest request, JsonFaults faults)
    {
        if (!request.Headers.TryGetValue(Header, out var keys))
        {
            return null;
        }

        if (keys is not [{ } key] || !Identifiers.IsKey(key))
        {
            faults.Add(Header, Identifiers.KeyRule);
            return null;
        }

        return key;
    }
}
