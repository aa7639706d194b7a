using System.Runtime.InteropServices;
using System.Text.Json;
using Spectre.Console;

namespace ScenarioFunctions.Benchmarks;

/// <summary>Prints results, as a table for a person or as one line of JSON.</summary>
internal static class Report
{
    public static void Print(string title, IReadOnlyList<BenchmarkResult> results, bool asJson)
    {
        if (asJson)
        {
            var line = results.ToDictionary(result => result.Name, result => (object)Math.Round(result.Value, 3));
            line["cores"] = Environment.ProcessorCount;
            line["runtime"] = RuntimeInformation.FrameworkDescription;
            Console.WriteLine(JsonSerializer.Serialize(line));
            return;
        }

        var table = new Table().Title($"{title}: {Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}");
        table.AddColumns("figure", "measured", "target", "what it is");
        foreach (var result in results)
        {
            table.AddRow(result.Name, result.Value.ToString("#,0.###"), result.Target ?? "", Markup.Escape(result.Meaning));
        }

        AnsiConsole.Write(table);
    }
}
