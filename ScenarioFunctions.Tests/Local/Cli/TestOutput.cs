using System.Text;
using Spectre.Console;

namespace ScenarioFunctions.Tests.Local.Cli;

/// <summary>A terminal, or a pipe, of a known width.</summary>
internal sealed class TestOutput(StringWriter writer, int width) : IAnsiConsoleOutput
{
    public TextWriter Writer => writer;

    public bool IsTerminal => true;

    public int Width => width;

    public int Height => 50;

    public void SetEncoding(Encoding encoding)
    {
    }

    /// <param name="writer">Gets what is printed.</param>
    /// <param name="width">Columns.</param>
    /// <param name="terminal">False: a pipe, so no colours and no moving bar.</param>
    public static IAnsiConsole Console(StringWriter writer, int width, bool terminal)
    {
        var settings = new AnsiConsoleSettings
        {
            Out = new TestOutput(writer, width),
            Ansi = terminal ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = terminal ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = terminal ? InteractionSupport.Yes : InteractionSupport.No,
        };
        settings.Enrichment.UseDefaultEnrichers = false;
        return AnsiConsole.Create(settings);
    }
}
