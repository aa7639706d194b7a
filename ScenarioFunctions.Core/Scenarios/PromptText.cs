namespace ScenarioFunctions.Core.Scenarios;

/// <summary>Shortens prompts to a model's limit.</summary>
internal static class PromptText
{
    /// <summary>
    /// How far back to look for the start of a word. Text without spaces (Chinese, Japanese, Thai) is cut at the limit, and not
    /// at a space much earlier.
    /// </summary>
    private const int LongestWord = 100;

    /// <summary>Cuts the prompt if it is too long, and adds a sentence about each reference image that it has to name and does not.</summary>
    /// <returns>The prompt to send, and how many characters of <paramref name="text"/> it contains.</returns>
    public static (string Prompt, int Kept) Fit(string text, int limit, IReadOnlyList<PromptMention> mentions)
    {
        var (cut, sentences) = (Cut(text, limit), "");
        while (string.Concat(mentions.Where(one => !Names(cut, one.Name)).Select(one => one.Sentence)) is var missing
            && missing.Length > sentences.Length)
        {
            // The shorter text may lack another name.
            (cut, sentences) = (Cut(text, limit - missing.Length - 1), missing);
        }

        return sentences.Length == 0
            ? (cut, cut.Length)
            : (cut + (char.IsPunctuation(cut[^1]) ? "" : ".") + sentences, cut.Length);
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

/// <summary>A name that a prompt has to contain.</summary>
/// <param name="Name">Such as <c>@product</c>.</param>
/// <param name="Sentence">What is added to a prompt without it: starts with a space, and ends with a full stop.</param>
internal sealed record PromptMention(string Name, string Sentence);
