using System.CommandLine;
using ScenarioFunctions.Benchmarks;
using ScenarioFunctions.Benchmarks.Engine;
using ScenarioFunctions.Benchmarks.Images;
using ScenarioFunctions.Benchmarks.Machine;
using ScenarioFunctions.Benchmarks.Service;
using ScenarioFunctions.Benchmarks.Studio;

var json = new Option<bool>("--json") { Description = "One line of JSON instead of a table", Recursive = true };
var workflows = new Option<int>("--workflows") { Description = "How many in all", DefaultValueFactory = _ => 100_000 };

Command Benchmark(string name, string description, Func<string, ParseResult, Task<IReadOnlyList<BenchmarkResult>>> run)
{
    var command = new Command(name, description);
    command.SetAction(async parsed =>
    {
        using var folder = new TemporaryFolder();
        var machine = MachineFigures.Take(folder.Path);
        var results = await run(folder.Path, parsed);
        Report.Print(name, machine, results, parsed.GetValue(json));
    });
    return command;
}

var engine = Benchmark(
    "engine", "The embedded engine alone, with steps that do nothing",
    (folder, parsed) => EngineBenchmark.RunAsync(folder, parsed.GetValue(workflows)));
engine.Options.Add(workflows);

var root = new RootCommand("Measures the Save Scenario Service on this machine; run it in Release.")
{
    engine,
    Benchmark("service", "The whole server over HTTP, with 1,000 tasks in flight", (_, _) => ServiceBenchmark.RunAsync()),
    Benchmark("images", "Images of 2 s, made in parallel", (_, _) => ImagesBenchmark.RunAsync()),
    Benchmark("large-images", "The memory of 100 images of 24 MiB", (_, _) => LargeImagesBenchmark.RunAsync()),
    Benchmark("studio", "The page in a real browser, with 100 pictures and 1,000 tasks", (_, _) => StudioBenchmark.RunAsync()),
};
root.Options.Add(json);
return await root.Parse(args).InvokeAsync();
