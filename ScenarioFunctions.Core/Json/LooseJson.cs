using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ScenarioFunctions.Core.Json;

/// <summary>
/// Reads JSON as language models and people post it: in a Markdown code block or between sentences, after a byte order mark,
/// encoded again as a JSON string, with trailing commas and comments. What is around the value is left out and reported;
/// the value itself is never changed.
/// </summary>
internal static partial class LooseJson
{
    /// <summary>How many times the JSON may be encoded as a JSON string.</summary>
    private const int MaxEncodings = 4;

    /// <summary>White space, a byte order mark and a zero-width space.</summary>
    private const string Space = " \t\r\n\uFEFF\u200B";

    private const string OpeningPattern =
        """\{(?=\s*(?:"|\}|//|/\*))|\[(?=\s*[\[{])|"(?=(?:\\[nrt]|\s)*\{(?:\\[nrt]|\s)*\\(?:"|u0022))""";

    private static readonly JsonReaderOptions Strict = new() { MaxDepth = JsonRules.MaxDepthRead };

    private static readonly JsonReaderOptions Lenient =
        Strict with { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <param name="posted">The whole text.</param>
    /// <param name="path">The text's position, for the faults.</param>
    /// <param name="faults">Receives the position of what cannot be read, and what was left out.</param>
    /// <returns>The value, or null and a fault.</returns>
    public static JsonElement? Read(string posted, JsonPath path, JsonFaults faults)
    {
        var text = new PostedText(posted);
        for (var encodings = 0; ; encodings++)
        {
            if (ReadValue(text, path, faults) is not { } found)
            {
                return null;
            }

            if (found.Value.ValueKind != JsonValueKind.String || encodings == MaxEncodings)
            {
                return found.Value;
            }

            JsonRules.Check(found.Value, path, faults);
            if (JsonRules.TextOf(found.Value) is not { } inner)
            {
                return null;
            }

            faults.Adjusted("The JSON was encoded as a JSON string; it was decoded.");
            text = text.Inner(inner, found.Start);
        }
    }

    private static Found? ReadValue(PostedText text, JsonPath path, JsonFaults faults)
    {
        if (text.Text.AsSpan().Trim(Space).IsEmpty)
        {
            faults.Add(path, "is empty; it must be JSON");
            return null;
        }

        var start = StartIn(text.Text);
        if (Parse(text.Text, start) is not { } found)
        {
            var fault = JsonFault.FirstIn(text.Text, start) ?? new JsonFault(start, "it cannot be read");
            return Refuse(text, fault.Offset, fault.Words, path, faults);
        }

        if (Surroundings.FaultIn(text.Text, found) is { } around)
        {
            return Refuse(text, around.Offset, around.Words, path, faults);
        }

        AddAdjustments(text.Text, found, faults);
        return found;
    }

    private static Found? Refuse(PostedText text, int offset, string words, JsonPath path, JsonFaults faults)
    {
        faults.Add(path, $"is not valid JSON at {text.PlaceOf(offset)}: {words}");
        return null;
    }

    private static void AddAdjustments(string text, Found found, JsonFaults faults)
    {
        var around = text[..found.Start] + text[found.End..];
        if (around.Contains('\uFEFF', StringComparison.Ordinal))
        {
            faults.Adjusted("A byte order mark was left out.");
        }

        if (Surroundings.HasFence(around))
        {
            faults.Adjusted("The JSON was taken out of a Markdown code block; the text around it was left out.");
        }
        else if (!around.AsSpan().Trim(Space).IsEmpty)
        {
            faults.Adjusted("The text around the JSON was left out.");
        }

        if (found.IsLenient)
        {
            faults.Adjusted("Trailing commas and comments were left out.");
        }
    }

    /// <summary>Where the value starts: at the first bracket with JSON after it, or else at the start of the text.</summary>
    private static int StartIn(string text)
    {
        var first = text.Length - text.AsSpan().TrimStart(Space).Length;
        if (text[first] is '"' && Parse(text, first) is { } whole && text.AsSpan(whole.End).Trim(Space).IsEmpty)
        {
            return first;
        }

        return text[first] == '{' ? first
            : BlockOpening().Match(text) is { Success: true } block ? block.Index + block.Length - 1
            : Opening().Match(text) is { Success: true } opening ? opening.Index
            : text.IndexOf('{', StringComparison.Ordinal) is >= 0 and var bracket ? bracket
            : first;
    }

    private static Found? Parse(string text, int start)
    {
        var utf8 = Encoding.UTF8.GetBytes(text, start, text.Length - start);
        return Parse(text, start, utf8, Strict) ?? Parse(text, start, utf8, Lenient);
    }

    private static Found? Parse(string text, int start, byte[] utf8, JsonReaderOptions options)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8, options);
            using var document = JsonDocument.ParseValue(ref reader);
            var end = start + Encoding.UTF8.GetCharCount(utf8.AsSpan(0, (int)reader.BytesConsumed));
            return new Found(document.RootElement.Clone(), start, end, options.AllowTrailingCommas);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A bracket with JSON after it: <c>{"</c>, <c>{}</c>, <c>[{</c>, or <c>"{</c> of a JSON string with an object.</summary>
    [GeneratedRegex(OpeningPattern)]
    private static partial Regex Opening();

    /// <summary>The same at the start of a code block, which is preferred to JSON in the sentences around it.</summary>
    /// <remarks>Without the atomic groups, its time grows with the square of the white space.</remarks>
    [GeneratedRegex($"(?:```|~~~)(?>[ \\t]*)[\\w+-]*(?>\\s*)(?:{OpeningPattern})")]
    private static partial Regex BlockOpening();

    /// <summary>A value within a text.</summary>
    private sealed record Found(JsonElement Value, int Start, int End, bool IsLenient);

    /// <summary>What is around the value: sentences and the fences of a code block, but nothing that belongs to the JSON.</summary>
    private static partial class Surroundings
    {
        public static bool HasFence(string text) => Fence().IsMatch(text);

        public static JsonFault? FaultIn(string text, Found found)
        {
            var before = text[..found.Start];
            if (Unopened().Match(before) is { Success: true })
            {
                var first = before.Length - before.TrimStart().Length;
                return new JsonFault(first, "the JSON must be one object, from its first { to its last }");
            }

            var after = text.AsSpan(found.End);
            if (after.Trim(Space + "\"'`").IsEmpty)
            {
                return null;
            }

            var isInBlock = Fence().Count(before) % 2 == 1;
            var next = isInBlock ? JsonFault.AfterSpace(text, found.End) : text.Length - after.TrimStart(Space).Length;
            if (isInBlock
                ? !text.AsSpan(next).StartsWith("```") && !text.AsSpan(next).StartsWith("~~~")
                : ",:}]\"".Contains(text[next], StringComparison.Ordinal))
            {
                return new JsonFault(next, "the JSON ends here, but more text follows");
            }

            return (isInBlock ? BlockOpening() : Opening()).Match(text, next) is { Success: true } second
                ? new JsonFault(second.Index + second.Length - 1, "a second JSON value starts here; post only one")
                : null;
        }

        [GeneratedRegex("```|~~~")]
        private static partial Regex Fence();

        /// <summary>The end of a text that stops in the middle of JSON.</summary>
        [GeneratedRegex("""(?:"\s*[:,]|[\]}\d]\s*,|[\[{])\s*\z""")]
        private static partial Regex Unopened();
    }
}
