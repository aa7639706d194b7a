using Spectre.Console.Rendering;

namespace ScenarioFunctions.Local.Cli;

/// <summary>Text for a terminal.</summary>
internal static class CliText
{
    /// <summary>"1 image", "2 images".</summary>
    public static string Count(long count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    /// <summary>"5 s", "3 min", "2 h", "4 d".</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 60 } => $"{Math.Max(0, (int)time.TotalSeconds)} s",
        { TotalMinutes: < 60 } => $"{(int)time.TotalMinutes} min",
        { TotalHours: < 24 } => $"{(int)time.TotalHours} h",
        _ => $"{(int)time.TotalDays} d",
    };

    /// <summary>
    /// Breaks each line between words, so that a terminal does not break it inside one. What is longer than a line stays whole: it
    /// may be a path or a link, which is copied.
    /// </summary>
    /// <param name="text">One or several lines.</param>
    /// <param name="width">In columns.</param>
    public static string Wrap(string text, int width) =>
        string.Join(Environment.NewLine, text.ReplaceLineEndings("\n").Split('\n').SelectMany(line => WrapLine(line, width)));

    private static IEnumerable<string> WrapLine(string line, int width)
    {
        var indent = line.Length - line.TrimStart().Length;
        var current = "";
        foreach (var word in line[indent..].Split(' '))
        {
            var longer = current.Length == 0 ? new string(' ', indent) + word : $"{current} {word}";
            if (current.Length > 0 && Columns(longer) > width)
            {
                yield return current.TrimEnd();
                longer = new string(' ', indent + 2) + word;
            }

            current = longer;
        }

        yield return current;
    }

    private static int Columns(string text) => new Segment(text).CellCount();
}
