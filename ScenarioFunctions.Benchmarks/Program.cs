using System.CommandLine;
using ScenarioFunctions.Benchmarks;
using ScenarioFunctions.Benchmarks.Engine;

var json = new Option<bool>("--json") { Description = "One line of JSON instead of a table", Recursive = true };
var workflows = new Option<int>("--workflows") { Description = "How many in all", DefaultValueFactory = _ => 100_000 };

var engine = new Command("engine", "The embedded engine alone, with steps that do nothing") { workflows };
engine.SetAction(async parsed =>
{
    using var folder = new TemporaryFolder();
    var results = await EngineBenchmark.RunAsync(folder.Path, parsed.GetValue(workflows));
    Report.Print("engine", results, parsed.GetValue(json));
});

var root = new RootCommand("Measures the Save Scenario Service on this machine; run it in Release.") { engine };
root.Options.Add(json);
return await root.Parse(args).InvokeAsync();
