using System.Globalization;
using System.Text.Json;
using ScenarioFunctions.Benchmarks.Machine;
using Spectre.Console;

namespace ScenarioFunctions.Benchmarks;

/// <summary>Prints results, as a table for a person or as one line of JSON.</summary>
internal static class Report
{
    public static void Print(string title, MachineFigures machine, IReadOnlyList<BenchmarkResult> results, bool asJson)
    {
        var loadAfter = MachineFigures.CurrentLoad();
        if (asJson)
        {
            PrintJson(title, machine, loadAfter, results);
        }
        else
        {
            PrintTable(title, machine, loadAfter, results);
        }
    }

    private static void PrintJson(
        string title, MachineFigures machine, double? loadAfter, IReadOnlyList<BenchmarkResult> results)
    {
        var line = new Dictionary<string, object?> { ["benchmark"] = title };
        foreach (var result in results)
        {
            line[result.Name] = Math.Round(result.Value, 3);
        }

        line["cores"] = machine.Cores;
        line["fsync_ms"] = Math.Round(machine.FsyncMilliseconds, 3);
        line["load_before"] = machine.Load;
        line["load_after"] = loadAfter;
        line["runtime"] = machine.Runtime;
        Console.WriteLine(JsonSerializer.Serialize(line));
    }

    private static void PrintTable(
        string title, MachineFigures machine, double? loadAfter, IReadOnlyList<BenchmarkResult> results)
    {
        var table = new Table().Title(title).Border(TableBorder.Rounded);
        table.AddColumn("what").AddColumn(new TableColumn("measured").RightAligned().NoWrap());
        table.AddColumn(new TableColumn("target").NoWrap());
        foreach (var result in results)
        {
            table.AddRow(
                $"{Markup.Escape(result.Meaning)}\n[dim]{result.Name}[/]",
                result.Value.ToString(Math.Abs(result.Value) < 100 ? "0.##" : "#,0", CultureInfo.InvariantCulture),
                Markup.Escape(result.Target ?? ""));
        }

        AnsiConsole.Write(table);
        AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture,
            $"[dim]{machine.Cores} cores, fsync {machine.FsyncMilliseconds:0.##} ms, load {machine.Load} before and {loadAfter} after, {machine.Runtime}[/]");
    }
}

/// <summary>One row of a benchmark's table.</summary>
/// <param name="Name">The JSON property, in snake_case.</param>
/// <param name="Value">In the unit that the name states.</param>
/// <param name="Target">The target, as text for people; null when there is none.</param>
/// <param name="Meaning">What was measured.</param>
internal sealed record BenchmarkResult(string Name, double Value, string? Target, string Meaning);

internal static class Percentiles
{
    /// <summary>The sample at this share (0 to 1) of the sorted samples.</summary>
    public static double Of(IEnumerable<double> samples, double share)
    {
        var sorted = samples.Order().ToArray();
        return sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
    }
}
