using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Local.Hosting;
using ScenarioFunctions.Local.Storage;

namespace ScenarioFunctions.Local.Cli;

/// <summary>The text of <c>--help</c> besides the options.</summary>
internal static class CliHelp
{
    private const string Tool = "scenario";

    /// <summary>How to start the server: as a .NET tool, or from the repository's root.</summary>
    public static readonly string Server =
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == Tool ? Tool : "dotnet run --project ScenarioFunctions.Local";

    /// <summary>How to call the commands.</summary>
    public static readonly string Program = Server == Tool ? Tool : $"{Server} --";

    public const string Description =
        "Saves video scenarios and makes an image for each scene, all on this machine. "
        + $"Without a command it serves the HTTP API on {ListenUrls.Default} until Ctrl+C.";

    private static readonly LocalSettings Local = new();
    private static readonly ServiceSettings Service = new();
    private static readonly RunwaySettings Runway = new();

    private static readonly string Examples = $"""
        Examples:
          {Server}
              starts the server: API, engine, database and a RunwayML emulator
          {Program} save samples/product-showcase.json --out pictures
              saves one scenario, waits for its images and copies them to a folder
          {Program} save samples --dry-run
              says what all scenarios of a folder would make and cost
          {Program} list
              lists the tasks; show, watch, cancel and open take the id of one
          {Program} redo SCENARIO --scene 3 --prompt "A red cup"
              makes one image again; without --scene, the images that are missing
          {Program} credits local-user --grant 50
              adds credits, then shows the balance
          {Program} doctor
              checks the settings, the data folder, the server and RunwayML
          {Program} backup backup.tar
              copies all data to one file, also while the server runs; restore takes it back

        Settings (environment, or Values in local.settings.json):
          SCENARIO_DATA_DIR         the folder for all data ({Local.DataDirectory})
          ASPNETCORE_URLS           where the server listens ({ListenUrls.Default})
          API_KEY                   the key that callers must send; the commands send it too (none);
                                    24 characters or more when other machines can reach the server
          RUNWAYML_API_SECRET       RunwayML's key; without it, the emulator makes the images
          RUNWAYML_MODEL            the model that makes images ({Runway.Model})
          IMAGE_CREDITS             what one image costs ({Service.CreditsPerImage})
          MAX_PARALLEL_IMAGES       images made at once, per task ({Service.MaxParallelImages})
          LOCAL_STARTING_CREDITS    credits of a new user ({Local.StartingCredits}; 0 with RUNWAYML_API_SECRET)

        If a server is running with the same data folder, the commands use it.
        """;

    /// <summary>Adds examples and settings to the end of the program's help, which is as wide as the terminal.</summary>
    public static void AddExamples(RootCommand root, CliEnvironment environment)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        var help = (HelpAction)option.Action!;
        help.MaxWidth = environment.IsTerminal ? environment.Console.Profile.Width : int.MaxValue;
        option.Action = new HelpWithExamples(help);
    }

    /// <summary>Commands stay whole, as they are copied.</summary>
    private static string Wrap(string line, int width) =>
        line.TrimStart().StartsWith(Server, StringComparison.Ordinal) ? line : CliText.Wrap(line, width);

    private sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var exitCode = help.Invoke(parseResult);
            if (parseResult.CommandResult.Command is RootCommand)
            {
                foreach (var line in Examples.Split('\n'))
                {
                    parseResult.InvocationConfiguration.Output.WriteLine(Wrap(line.TrimEnd('\r'), help.MaxWidth));
                }
            }

            return exitCode;
        }
    }
}
