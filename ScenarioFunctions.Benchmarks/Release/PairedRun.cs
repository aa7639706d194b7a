using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace ScenarioFunctions.Benchmarks.Release;

/// <summary>
/// Runs this build and an earlier one in turn, so that both get the same share of a busy machine, and compares them pair by pair.
/// </summary>
internal static class PairedRun
{
    private const int Pairs = 5;

    private static readonly string[] Benchmark = ["engine", "--json", "--workflows", "10000"];

    /// <summary>The figures that are compared, and whether more is better.</summary>
    private static readonly (string Name, bool MoreIsBetter)[] Figures = [("workflows_per_second", true), ("p50_ms", false)];

    /// <param name="earlier">The earlier build's ScenarioFunctions.Benchmarks.dll.</param>
    /// <param name="limit">The share, 0 to 1, by which this build may be slower.</param>
    /// <param name="slowed">Microseconds that this build wastes in each step.</param>
    /// <returns>The exit code: 1 when this build is slower by more than the limit, in two rounds.</returns>
    public static async Task<int> RunAsync(string earlier, double limit, double slowed)
    {
        var slower = await RunRoundAsync(earlier, limit, slowed);
        if (slower.Count > 0)
        {
            AnsiConsole.MarkupLine("[dim]One more round, as a busy machine can cause this.[/]");
            slower = slower.Intersect(await RunRoundAsync(earlier, limit, slowed)).ToList();
        }

        foreach (var name in slower)
        {
            Console.Error.WriteLine(
                $"{name}: more than {limit.ToString("P0", CultureInfo.InvariantCulture)} slower than the last release, in both rounds.");
        }

        return slower.Count > 0 ? 1 : 0;
    }

    /// <returns>The figures whose median ratio is beyond the limit.</returns>
    private static async Task<IReadOnlyList<string>> RunRoundAsync(string earlier, double limit, double slowed)
    {
        var runs = new List<(Dictionary<string, double> This, Dictionary<string, double> Earlier)>();
        for (var pair = 0; pair < Pairs; pair++)
        {
            var now = await MeasureAsync(
                typeof(PairedRun).Assembly.Location, "--slowed", slowed.ToString(CultureInfo.InvariantCulture));
            runs.Add((now, await MeasureAsync(earlier)));
        }

        var slower = new List<string>();
        var table = new Table().Border(TableBorder.Rounded)
            .AddColumns("figure", "this build", "the release", "speed, median", "lowest", "highest");
        foreach (var (name, moreIsBetter) in Figures)
        {
            var ratios = runs.Select(run => moreIsBetter ? run.This[name] / run.Earlier[name] : run.Earlier[name] / run.This[name]).ToList();
            var median = Percentiles.Of(ratios, 0.5);
            table.AddRow(
                name, Text(Percentiles.Of(runs.Select(run => run.This[name]), 0.5)), Text(Percentiles.Of(runs.Select(run => run.Earlier[name]), 0.5)),
                Text(median), Text(ratios.Min()), Text(ratios.Max()));
            if (median < 1 - limit)
            {
                slower.Add(name);
            }
        }

        AnsiConsole.Write(table);
        return slower;
    }

    private static async Task<Dictionary<string, double>> MeasureAsync(string build, params string[] more)
    {
        var start = new ProcessStartInfo("dotnet", [build, .. Benchmark, .. more]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{build} ended with {process.ExitCode}.");
        }

        using var line = JsonDocument.Parse(output);
        return line.RootElement.EnumerateObject().Where(field => field.Value.ValueKind == JsonValueKind.Number)
            .ToDictionary(field => field.Name, field => field.Value.GetDouble());
    }

    private static string Text(double value) => value.ToString(value < 100 ? "0.00" : "#,0", CultureInfo.InvariantCulture);
}
