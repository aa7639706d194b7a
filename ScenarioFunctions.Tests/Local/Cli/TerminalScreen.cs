using System.Globalization;
using System.Text;

namespace ScenarioFunctions.Tests.Local.Cli;

/// <summary>What a terminal shows after what was written: the parts of a terminal that the command line uses.</summary>
internal sealed class TerminalScreen
{
    private readonly List<List<Cell>> rows = [[]];
    private int row;
    private int column;
    private string colour = "";

    public TerminalScreen(string written)
    {
        var runes = written.EnumerateRunes().ToList();
        for (var i = 0; i < runes.Count; i++)
        {
            switch (runes[i].Value)
            {
                case '\r':
                    column = 0;
                    break;
                case '\n':
                    MoveTo(row + 1);
                    break;
                case '\u001b' when i + 1 < runes.Count && runes[i + 1].Value == '[':
                    var end = runes.FindIndex(i + 2, Rune.IsLetter);
                    if (end < 0)
                    {
                        return; // the rest of the sequence is not written yet
                    }

                    Obey((char)runes[end].Value, string.Concat(runes[(i + 2)..end]));
                    i = end;
                    break;
                case '\u001b':
                    i++; // a mode of the keypad
                    break;
                default:
                    Put(runes[i]);
                    break;
            }
        }
    }

    /// <summary>The lines, without what is empty at the end; each as its cells.</summary>
    public IReadOnlyList<IReadOnlyList<Cell>> Rows => rows.Take(rows.FindLastIndex(cells => cells.Exists(cell => cell.Text != " ")) + 1).ToList();

    private void MoveTo(int to)
    {
        row = Math.Max(0, to);
        while (rows.Count <= row)
        {
            rows.Add([]);
        }
    }

    private void Put(Rune rune)
    {
        var line = rows[row];
        while (line.Count <= column)
        {
            line.Add(new Cell(" ", ""));
        }

        line[column++] = new Cell(rune.ToString(), colour);
    }

    private void Obey(char command, string numbers)
    {
        var number = int.TryParse(numbers, NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 1;
        switch (command)
        {
            case 'A':
                MoveTo(row - number);
                break;
            case 'm':
                colour = numbers.Split(';') is ["38", "5", var of] ? of : "";
                break;
            case 'h' or 'l':
                break; // shows or hides the cursor
            default:
                throw new NotSupportedException($"The sequence {numbers}{command} is not known here.");
        }
    }

    /// <summary>One column of a line.</summary>
    /// <param name="Text">A character.</param>
    /// <param name="Colour">Its number among the 256; empty for the usual one.</param>
    public sealed record Cell(string Text, string Colour);
}
