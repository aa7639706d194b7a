namespace ScenarioFunctions.Core.Json;

/// <summary>A posted text, or the content of a JSON string in it.</summary>
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

    /// <summary>The content of a JSON string in this text.</summary>
    /// <param name="text">The content, unescaped.</param>
    /// <param name="quote">The position of the string's opening quote.</param>
    public PostedText Inner(string text, int quote) => new(text, this, quote + 1);

    /// <summary>A character's position in the posted text, counted from 1 as editors do: <c>line 3, column 7</c>.</summary>
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

    /// <summary>Skips so many characters, each of which may be written as an escape.</summary>
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
