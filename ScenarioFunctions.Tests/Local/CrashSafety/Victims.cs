using ScenarioFunctions.Chaos.Kill;

namespace ScenarioFunctions.Tests.Local.CrashSafety;

/// <summary>Real processes that save one scenario and kill themselves on the way.</summary>
internal static class Victims
{
    public const string Key = "the-key";

    /// <summary>Each act so many times, by the name of the point right before or right after it.</summary>
    public static TheoryData<string> Points(bool isAfter, params (string Act, int From, int To)[] acts) =>
        [.. acts.SelectMany(act => Enumerable.Range(act.From, act.To - act.From + 1)
            .Select(nth => new KillPoint(act.Act, isAfter, nth).ToString()))];

    /// <param name="folder">Where it works.</param>
    /// <param name="body">What it posts.</param>
    /// <param name="point">Where it kills itself: see <see cref="KillPoint"/>.</param>
    /// <param name="options">Those of the victim.</param>
    public static async Task KillAsync(HostFolder folder, byte[] body, string point, params string[] options)
    {
        await File.WriteAllBytesAsync(folder.File("body.json"), body, TestContext.Current.CancellationToken);
        var environment = new Dictionary<string, string?>(folder.Settings)
        {
            ["SCENARIO_DATA_DIR"] = folder.DataPath,
            [KillPoint.Variable] = point,
            ["DOTNET_TieredPGO"] = "0",
        };
        using var victim = ChaosProcess.Start(
            "ScenarioFunctions.Chaos.dll", environment, ["victim", folder.File("body.json"), Key, .. options]);
        var (exitCode, error) = await victim.EndAsync(TestContext.Current.CancellationToken);
        Assert.True(exitCode == ChaosProcess.Killed, $"The victim ended with {exitCode}. {error}");
    }
}
