using ScenarioFunctions.Chaos;
using ScenarioFunctions.Tests.Local.CrashSafety;

namespace ScenarioFunctions.Tests.Local.Simulation;

public sealed class SimulationTests
{
    private static readonly Dictionary<string, string?> NoSettings = [];

    [Fact]
    public async Task A_hundred_seeds_pass()
    {
        var (exitCode, output) = await SimulateAsync("--seeds", "100");

        Assert.True(exitCode == 0, output);
        Assert.Contains("100 seeds, 0 failed", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ChargesTwice", "charged 2 times")]
    [InlineData("ForgetsOrders", "its scene does not know")]
    [InlineData("KeepsHolds", "are still held")]
    [InlineData("LosesImages", "completed without its image")]
    [InlineData("LosesTasks", "not all tasks end")]
    public async Task What_is_broken_on_purpose_is_found_within_a_hundred_seeds(string defect, string violation)
    {
        var (exitCode, output) = await SimulateAsync("--seeds", "100", "--break", defect);

        Assert.Equal(1, exitCode);
        Assert.Contains(violation, output, StringComparison.Ordinal);
        Assert.Contains("FAILED: eng/simulate.sh --seed ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_seed_tells_the_same_story_each_time()
    {
        var stories = await Task.WhenAll(SimulateAsync("--seed", "7"), SimulateAsync("--seed", "7"));

        Assert.Equal(Story(stories[0].Output), Story(stories[1].Output));
        Assert.Contains("posts task-1", stories[0].Output, StringComparison.Ordinal);
    }

    /// <summary>All but the last line, which says how long it took.</summary>
    private static string[] Story(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[..^1];

    private static async Task<(int ExitCode, string Output)> SimulateAsync(params string[] arguments)
    {
        using var process = ChaosProcess.Start("ScenarioFunctions.Chaos.dll", NoSettings, ["simulate", .. arguments]);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(
            Patience.Limit, TestContext.Current.CancellationToken);
        return (process.ExitCode, output + await error);
    }
}
