namespace ScenarioFunctions.Core.Runway;

/// <summary>Cuts prompts to a model's limit.</summary>
internal static class PromptText
{
    /// <summary>
    /// How far back a word's start is looked for. Text without spaces (Chinese, Japanese, Thai) is cut at
    /// the limit rather than at a space much earlier.
    /// </summary>
    private const int LongestWord = 100;

    /// <summary>At most <paramref name="limit"/> UTF-16 code units, ending with a whole word or at least a whole character.</summary>
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
}
