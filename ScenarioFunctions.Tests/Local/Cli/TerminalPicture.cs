using System.Globalization;
using System.Security;
using System.Text;
using System.Text.RegularExpressions;

namespace ScenarioFunctions.Tests.Local.Cli;

/// <summary>Draws what a terminal shows as SVG. The same text gives the same picture: ids are replaced.</summary>
internal static partial class TerminalPicture
{
    private const double CharacterWidth = 8.4;
    private const int LineHeight = 20;
    private const int Margin = 20;

    /// <summary>Usual spaces would be joined to a single one.</summary>
    private const char NoBreakSpace = '\u00A0';

    /// <summary>How long a recording shows its end before it starts again.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    private static readonly Dictionary<string, string> Colours = new()
    {
        [""] = "#d8dee4",
        ["2"] = "#57ab5a",
        ["11"] = "#daaa3f",
        ["12"] = "#6cb6ff",
        ["9"] = "#f47067",
        ["8"] = "#8b949e",
    };

    /// <summary>
    /// Draws a recording, which runs in every browser. Its last group is what the terminal shows in the end; it is shown alone where
    /// motion is not wanted.
    /// </summary>
    /// <param name="typed">The line that was typed.</param>
    /// <param name="recorded">What the program had written after which time; the last is all of it.</param>
    /// <param name="columns">Of the terminal.</param>
    public static string Draw(string typed, IReadOnlyList<(TimeSpan At, string Written)> recorded, int columns)
    {
        var frames = recorded
            .Select(frame => (frame.At, Rows: new TerminalScreen($"$ {typed}\r\n{WithFixedIds(frame.Written)}").Rows)).ToList();
        var (width, height) = (
            (int)(columns * CharacterWidth) + (2 * Margin), (frames.Max(frame => frame.Rows.Count) * LineHeight) + (2 * Margin));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">""").Append('\n');
        svg.Append("<title>A scenario of five scenes, saved from the terminal</title>\n");
        Animate(svg, [.. frames.Select(frame => frame.At)]);
        svg.Append("""<rect width="100%" height="100%" rx="8" fill="#1c2128"/>""").Append('\n');
        svg.Append("""<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14">""").Append('\n');
        for (var number = 0; number < frames.Count; number++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"""<g id="f{number}">""").Append('\n');
            for (var row = 0; row < frames[number].Rows.Count; row++)
            {
                DrawLine(svg, frames[number].Rows[row], Margin + (row * LineHeight) + 14);
            }

            svg.Append("</g>\n");
        }

        return svg.Append("</g>\n</svg>\n").ToString();
    }

    /// <summary>The lines of a picture's last group.</summary>
    public static string EndOf(string picture) => picture[(picture.LastIndexOf("<g id=", StringComparison.Ordinal) + "<g id=".Length)..].Split('\n', 2)[1];

    /// <summary>Each group is visible from its time until the next one's.</summary>
    private static void Animate(StringBuilder svg, IReadOnlyList<TimeSpan> times)
    {
        var total = times[^1] + Rest;
        svg.Append("<style>\n");
        for (var number = 0; number < times.Count; number++)
        {
            var (from, to) = (times[number] / total * 100, (number + 1 < times.Count ? times[number + 1] / total : 1) * 100);
            var until = number + 1 < times.Count ? string.Create(CultureInfo.InvariantCulture, $" {to:0.##}% {{ visibility: hidden }}") : "";
            svg.Append(CultureInfo.InvariantCulture,
                $"@keyframes f{number} {{ 0% {{ visibility: {(number == 0 ? "visible" : "hidden")} }} {from:0.##}% {{ visibility: visible }}{until} }}").Append('\n');
            svg.Append(CultureInfo.InvariantCulture, $"#f{number} {{ animation: f{number} {total.TotalSeconds:0.#}s step-end infinite");
            svg.Append(number + 1 < times.Count ? "; visibility: hidden }\n" : " }\n");
        }

        svg.Append("@media (prefers-reduced-motion: reduce) { g { animation: none !important } }\n</style>\n");
    }

    /// <summary>A run of one colour has a fixed length, so that columns stand below each other in every font.</summary>
    private static void DrawLine(StringBuilder svg, IReadOnlyList<TerminalScreen.Cell> cells, int y)
    {
        for (var start = 0; start < cells.Count;)
        {
            var end = start;
            while (end < cells.Count && cells[end].Colour == cells[start].Colour)
            {
                end++;
            }

            var text = string.Concat(cells.Skip(start).Take(end - start).Select(cell => cell.Text));
            if (text.Trim().Length > 0)
            {
                var (x, length) = (Margin + (start * CharacterWidth), (end - start) * CharacterWidth);
                svg.Append(CultureInfo.InvariantCulture,
                    $"""<text x="{x:0.0}" y="{y}" textLength="{length:0.0}" fill="{Colours[cells[start].Colour]}">{SecurityElement.Escape(text).Replace(' ', NoBreakSpace)}</text>""").Append('\n');
            }

            start = end;
        }
    }

    private static string WithFixedIds(string text)
    {
        var known = new Dictionary<string, string>();
        return Id().Replace(text, id =>
        {
            if (!known.TryGetValue(id.Value, out var replacement))
            {
                var digit = (known.Count + 1).ToString("x", CultureInfo.InvariantCulture);
                known[id.Value] = replacement = $"5b0f2f5c-0d53-8a4e-8a57-3d3f1a9be0{digit.PadLeft(2, 'c')}";
            }

            return replacement;
        });
    }

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex Id();
}
