namespace ScenarioFunctions.Core.Scenarios;

/// <summary>Shortens prompts to a model's limit.</summary>
internal static class PromptText
{
    /// <summary>
    /// How far back to look for the start of a word. Text without spaces (Chinese, Japanese, Thai) is cut at the limit, and not
    /// at a space much earlier.
    /// </summary>
    private const int LongestWord = 100;

    /// <summary>Cuts the prompt if it is too long, and adds a sentence about the reference image if it does not mention it.</summary>
    /// <returns>The prompt to send, and how many characters of <paramref name="text"/> it contains.</returns>
    public static (string Prompt, int Kept) Fit(string text, int limit, string? reference)
    {
        var cut = Cut(text, limit);
        if (reference is null || Names(cut, reference))
        {
            return (cut, cut.Length);
        }

        var sentence = $" The product is the one in {reference}.";
        cut = Cut(text, limit - sentence.Length - 1);
        return (cut + (char.IsPunctuation(cut[^1]) ? "" : ".") + sentence, cut.Length);
    }

    /// <summary>At most <paramref name="limit"/> UTF-16 code units, cut after a whole word or at least a whole character.</summary>
    public static string Cut(string text, int limit)
    {
        if (text.Length <= limit)
        {
            return text;
        }

        for (var end = limit; end > Math.Max(0, limit - LongestWord); end--)
        {
            if (char.IsWhiteSpace(text[end]))
            {
                return text[..end].TrimEnd();
            }
        }

        return text[..(char.IsSurrogatePair(text[limit - 1], text[limit]) ? limit - 1 : limit)];
    }

    /// <summary>Whether the name is in the text as a whole word: not in <c>@products</c>, nor in <c>a@product.com</c>.</summary>
    private static bool Names(string text, string name)
    {
        for (var at = text.IndexOf(name, StringComparison.Ordinal); at >= 0; at = text.IndexOf(name, at + 1, StringComparison.Ordinal))
        {
            var end = at + name.Length;
            if ((at == 0 || !IsInWord(text[at - 1])) && (end == text.Length || !IsInWord(text[end])))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsInWord(char c) => char.IsLetterOrDigit(c) || c == '_';
}
