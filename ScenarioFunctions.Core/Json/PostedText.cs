namespace ScenarioFunctions.Core.Json;

/// <summary>A text that was posted, or one that lies in such a text as a JSON string.</summary>
internal sealed class PostedText
{
    private const char ByteOrderMark = '\uFEFF';

    private readonly PostedText? outer;
    private readonly int start;

    public PostedText(string text)
        : this(text, null, 0)
    {
    }

    private PostedText(string text, PostedText? outer, int start) => (Text, this.outer, this.start) = (text, outer, start);

    public string Text { get; }

    /// <summary>The text that a JSON string of this one holds.</summary>
    /// <param name="text">Without escapes.</param>
    /// <param name="quote">Where the string's opening quote is.</param>
    public PostedText Inner(string text, int quote) => new(text, this, quote + 1);

    /// <summary>Where a character is in what was posted, counted from 1 as editors do: <c>line 3, column 7</c>.</summary>
    public string PlaceOf(int offset)
    {
        if (outer is not null)
        {
            return outer.PlaceOf(outer.OffsetAfter(start, offset));
        }

        var before = Text.AsSpan(0, offset);
        var line = before.Count('\n') + 1;
        var column = offset - before.LastIndexOf('\n');
        return $"line {line}, column {(line == 1 && Text.StartsWith(ByteOrderMark) && column > 1 ? column - 1 : column)}";
    }

    /// <summary>Where the character is that comes after so many, which may be written as escapes.</summary>
    private int OffsetAfter(int from, int characters)
    {
        var at = from;
        for (; characters > 0; characters--)
        {
            at += Text[at] != '\\' ? 1 : Text[at + 1] == 'u' ? 6 : 2;
        }

        return at;
    }
}
