using System.CommandLine.Parsing;
using ScenarioFunctions.Local.Cli;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Local.Cli;

/// <summary>The commands that the README shows can be typed as they are there.</summary>
public sealed class ReadmeCommandTests : CliTests
{
    public static TheoryData<string> Commands =>
    [
        .. File.ReadLines(Path.Combine(Repository.Root, "README.md"))
            .Where(line => line.StartsWith(CliHelp.Program, StringComparison.Ordinal))
            .Select(line => line[CliHelp.Program.Length..].Trim()),
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_command_of_the_readme_works(string command)
    {
        foreach (var sample in Directory.GetFiles(Path.Combine(Repository.Root, "samples")))
        {
            Cli.WriteFile(Path.Combine("samples", Path.GetFileName(sample)), await File.ReadAllTextAsync(sample, TestContext.Current.CancellationToken));
        }

        Cli.Server.Script(TaskStates.Completed(TaskStates.FirstScene));
        var typed = command
            .Replace("TASK_ID", "task-1", StringComparison.Ordinal)
            .Replace("SCENARIO_ID", "5b0f2f5c-0d53-5a4e-8a57-3d3f1a9be0c1", StringComparison.Ordinal);

        Assert.Equal(0, await Cli.RunAsync([.. CommandLineParser.SplitCommandLine(typed)]));

        Assert.DoesNotContain("There is no", Cli.Error, StringComparison.Ordinal);
    }
}
