using System.CommandLine;

namespace ScenarioFunctions.Local.Cli;

/// <summary>The options <c>--out</c>, <c>--strict</c> and <c>--json</c> of commands that end with a task's result.</summary>
/// <param name="what">What is printed as JSON.</param>
internal sealed class ResultOptions(string what)
{
    public Option<string> Out { get; } = new("--out")
    {
        HelpName = "DIR",
        Description = "Copy the images to this folder, as 02-title.png and so on.",
    };

    public Option<bool> Strict { get; } = new("--strict")
    {
        Description = $"Exit with {ExitCodes.ImagesMissing} when a scene besides the first has no image.",
    };

    public Option<bool> Json { get; } = JsonOutput.Option(what);

    public ResultSettings Of(ParseResult parsed) => new(parsed.GetValue(Out), parsed.GetValue(Strict), parsed.GetValue(Json));
}

/// <summary>What happens to a result.</summary>
/// <param name="Out">The folder that images are copied to; null for none.</param>
/// <param name="Strict">A missing image is a failure.</param>
/// <param name="Json">Print only the API's JSON.</param>
internal sealed record ResultSettings(string? Out, bool Strict, bool Json);
