using System.Globalization;
using System.Text.RegularExpressions;

namespace ScenarioFunctions.Core.Json;

/// <summary>The position where a text stops being valid JSON, and why.</summary>
/// <param name="Offset">In UTF-16 code units; the text's length when it ends too early.</param>
/// <param name="Words">What is wrong there, as text for people.</param>
internal sealed partial record JsonFault(int Offset, string Words)
{
    private const int LongestWord = 40;

    private enum Expected
    {
        Value,
        Name,
        Colon,
        Comma,
    }

    /// <summary>
    /// The first fault of the value that starts at <paramref name="start"/>, where trailing commas and comments are allowed; or, if
    /// the value has none, the first fault after it. Null when nothing follows.
    /// </summary>
    public static JsonFault? FirstIn(string text, int start)
    {
        var open = new Stack<char>();
        var expected = Expected.Value;
        var at = start;
        while (true)
        {
            at = AfterSpace(text, at);
            if (at == text.Length)
            {
                return open.Count == 0 && expected == Expected.Comma ? null : AtEnd(text, open);
            }

            if (open.Count == 0 && expected == Expected.Comma)
            {
                return new JsonFault(at, "the JSON ends here, but more text follows");
            }

            var character = text[at];
            if (expected is not Expected.Colon && open.TryPeek(out var bracket) && character == CloseOf(bracket)
                && !(expected == Expected.Value && bracket == '{'))
            {
                open.Pop();
                (at, expected) = (at + 1, Expected.Comma);
                continue;
            }

            switch (expected)
            {
                case Expected.Colon when character == ':':
                    (at, expected) = (at + 1, Expected.Value);
                    break;
                case Expected.Comma when character == ',':
                    (at, expected) = (at + 1, open.Peek() == '{' ? Expected.Name : Expected.Value);
                    break;
                case Expected.Value when character is '{' or '[' && open.Count == JsonRules.MaxDepthRead:
                    return new JsonFault(at, $"it is nested more than {JsonRules.MaxDepthRead} levels deep; at most {JsonRules.MaxDepth} are accepted");
                case Expected.Value when character is '{' or '[':
                    open.Push(character);
                    (at, expected) = (at + 1, character == '{' ? Expected.Name : Expected.Value);
                    break;
                case Expected.Value or Expected.Name when character == '"':
                    if (InString(text, at, out var end) is { } fault)
                    {
                        return fault;
                    }

                    (at, expected) = (end, expected == Expected.Name ? Expected.Colon : Expected.Comma);
                    break;
                case Expected.Value when Scalar().Match(text, at) is { Success: true } scalar:
                    (at, expected) = (at + scalar.Length, Expected.Comma);
                    break;
                default:
                    return new JsonFault(at, WordsFor(expected, text, at, open));
            }
        }
    }

    private static JsonFault AtEnd(string text, Stack<char> open) => new(text.Length, open.Count switch
    {
        0 => "the text ends where a value is expected",
        1 => $"the text ends before the last '{open.Peek()}' is closed by '{CloseOf(open.Peek())}'",
        _ => $"the text ends, and {open.Count} brackets are still open, the last one a '{open.Peek()}'",
    });

    private static string WordsFor(Expected expected, string text, int at, Stack<char> open)
    {
        var character = text[at];
        if (character is '“' or '”' or '„' or '«' or '‘' or '’' or '\'')
        {
            return $"text must be in straight double quotes (\"), not in {character}";
        }

        if (IsInvisible(character))
        {
            return $"there is an invisible character (U+{(int)character:X4}); delete it, or put a space in its place";
        }

        var word = Word().Match(text, at) is { Success: true } match ? match.Value : $"{character}";
        word = word.Length > LongestWord ? $"{word[..LongestWord]}…" : word;
        return expected switch
        {
            Expected.Colon => $"a colon is missing before '{word}'",
            Expected.Comma when character is '}' or ']' => $"'{character}' cannot close '{open.Peek()}'",
            Expected.Comma => $"a comma is missing before '{word}'",
            Expected.Name when character == ',' => "there is one comma too many",
            Expected.Name => $"a name in double quotes is expected, not '{word}'",
            _ when open.Count == 0 => $"JSON cannot start with '{word}'; an object starts with {{",
            _ when character is ',' or '}' or ']' => $"a value is missing before '{character}'",
            _ => $"'{word}' is not a JSON value. Values are text in double quotes, numbers such as 8.5, true, false and null",
        };
    }

    /// <summary>Such as a no-break space, which looks like the white space of JSON.</summary>
    private static bool IsInvisible(char character) =>
        char.IsWhiteSpace(character) || char.IsControl(character) || char.GetUnicodeCategory(character) == UnicodeCategory.Format;

    private static JsonFault? InString(string text, int quote, out int end)
    {
        end = quote + 1;
        while (end < text.Length && text[end] != '"')
        {
            if (text[end] < ' ')
            {
                return new JsonFault(end, text[end] is '\n' or '\r'
                    ? "a quoted text is not closed on its line; write a line break in it as \\n"
                    : "a control character in a text must be escaped; write a tab as \\t");
            }

            if (text[end] != '\\')
            {
                end++;
            }
            else if (Escape().Match(text, end) is { Success: true } escape)
            {
                end += escape.Length;
            }
            else if (end + 1 < text.Length)
            {
                return new JsonFault(end, $"'\\{text[end + 1]}' is not a valid escape; write a backslash as \\\\");
            }
            else
            {
                end++;
            }
        }

        return end++ < text.Length ? null : new JsonFault(text.Length, "the text ends before its last quote (\") is closed");
    }

    /// <summary>The position of the next character that is not white space or in a comment.</summary>
    public static int AfterSpace(string text, int at) => at + Space().Match(text, at).Length;

    private static char CloseOf(char open) => open == '{' ? '}' : ']';

    /// <summary>White space as in JSON, and comments.</summary>
    [GeneratedRegex(@"\G(?:[ \t\r\n]|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)*")]
    private static partial Regex Space();

    [GeneratedRegex(@"\G(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)(?![\w.+-])")]
    private static partial Regex Scalar();

    [GeneratedRegex("\\G\\\\(?:[\"\\\\/bfnrt]|u[0-9A-Fa-f]{4})")]
    private static partial Regex Escape();

    [GeneratedRegex(@"\G[\w.+-]+")]
    private static partial Regex Word();
}
