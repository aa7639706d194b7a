using System.Globalization;
using System.Text.Json;
using ScenarioFunctions.Benchmarks.Machine;
using Spectre.Console;

namespace ScenarioFunctions.Benchmarks;

internal enum ReportForm
{
    /// <summary>For a person.</summary>
    Table,

    /// <summary>One line.</summary>
    Json,

    /// <summary>The rows of a table with the columns benchmark, what, measured and target.</summary>
    Markdown,
}

internal static class Report
{
    public static void Print(string title, MachineFigures machine, IReadOnlyList<BenchmarkResult> results, ReportForm form)
    {
        var loadAfter = MachineFigures.CurrentLoad();
        switch (form)
        {
            case ReportForm.Json:
                PrintJson(title, machine, loadAfter, results);
                break;
            case ReportForm.Markdown:
                PrintMarkdown(title, machine, loadAfter, results);
                break;
            default:
                PrintTable(title, machine, loadAfter, results);
                break;
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

    private static void PrintMarkdown(
        string title, MachineFigures machine, double? loadAfter, IReadOnlyList<BenchmarkResult> results)
    {
        foreach (var result in results)
        {
            Console.WriteLine($"| {title} | {result.Meaning} | {Text(result.Value)} | {result.Target ?? "–"} |");
        }

        Console.WriteLine($"| {title} | the machine: {machine.Cores} cores, {machine.Runtime}; fsync, ms | {Text(machine.FsyncMilliseconds)} | – |");
        Console.WriteLine($"| {title} | load before and after | {machine.Load}, {loadAfter} | – |");
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
                Text(result.Value),
                Markup.Escape(result.Target ?? ""));
        }

        AnsiConsole.Write(table);
        AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture,
            $"[dim]{machine.Cores} cores, fsync {machine.FsyncMilliseconds:0.##} ms, load {machine.Load} before and {loadAfter} after, {machine.Runtime}[/]");
    }

    private static string Text(double value) => value.ToString(Math.Abs(value) < 100 ? "0.##" : "#,0", CultureInfo.InvariantCulture);
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
