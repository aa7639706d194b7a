using System.CommandLine;
using ScenarioFunctions.Benchmarks;
using ScenarioFunctions.Benchmarks.Engine;
using ScenarioFunctions.Benchmarks.Images;
using ScenarioFunctions.Benchmarks.Machine;
using ScenarioFunctions.Benchmarks.Release;
using ScenarioFunctions.Benchmarks.Service;
using ScenarioFunctions.Benchmarks.Start;
using ScenarioFunctions.Benchmarks.Studio;

var json = new Option<bool>("--json") { Description = "One line of JSON instead of a table", Recursive = true };
var markdown = new Option<bool>("--markdown") { Description = "The rows of a Markdown table", Recursive = true };
var workflows = new Option<int>("--workflows") { Description = "How many in all", DefaultValueFactory = _ => 100_000 };
var slowed = new Option<double>("--slowed") { Description = "Microseconds of processor time that this build wastes in each step: to see that 'against' fails" };

Command Benchmark(string name, string description, Func<string, ParseResult, Task<IReadOnlyList<BenchmarkResult>>> run)
{
    var command = new Command(name, description);
    command.SetAction(async parsed =>
    {
        using var folder = new TemporaryFolder();
        var machine = MachineFigures.Take(folder.Path);
        var results = await run(folder.Path, parsed);
        var form = parsed.GetValue(json) ? ReportForm.Json : parsed.GetValue(markdown) ? ReportForm.Markdown : ReportForm.Table;
        Report.Print(name, machine, results, form);
    });
    return command;
}

var engine = Benchmark(
    "engine", "The embedded engine alone, with steps that do nothing",
    (folder, parsed) => EngineBenchmark.RunAsync(folder, parsed.GetValue(workflows), TimeSpan.FromMicroseconds(parsed.GetValue(slowed))));
engine.Options.Add(workflows);
engine.Options.Add(slowed);

var published = new Argument<FileInfo?>("PROGRAM") { Description = "The published program; without it, it is published first", Arity = ArgumentArity.ZeroOrOne };
var start = Benchmark(
    "start", "The published program: --help, a server until it is healthy, and a save",
    (folder, parsed) => StartBenchmark.RunAsync(parsed.GetValue(published)?.FullName, folder));
start.Arguments.Add(published);

var earlier = new Argument<FileInfo>("DLL") { Description = "The ScenarioFunctions.Benchmarks.dll of the earlier build" };
var limit = new Option<double>("--limit") { Description = "By which share it may be slower", DefaultValueFactory = _ => 0.2 };
var against = new Command("against", "Compares the engine with that of an earlier build, in turn; exits 1 when this one is slower") { earlier, limit, slowed };
against.SetAction(parsed => PairedRun.RunAsync(parsed.GetRequiredValue(earlier).FullName, parsed.GetValue(limit), parsed.GetValue(slowed)));

var profile = new Command("start-profile", "Records which methods the next publish compiles ahead, so that it starts sooner; run it in the repository's folder");
profile.SetAction(async _ =>
{
    using var folder = new TemporaryFolder();
    await StartProfileRuns.RunAsync(folder.Path);
});

var root = new RootCommand("Measures the Save Scenario Service on this machine; run it in Release.")
{
    engine,
    start,
    Benchmark("service", "The whole server over HTTP, with 1,000 tasks in flight", (_, _) => ServiceBenchmark.RunAsync()),
    Benchmark("telemetry", "Tasks a second with OpenTelemetry to without", (_, _) => TelemetryBenchmark.RunAsync()),
    Benchmark("images", "Images of 2 s, made in parallel", (_, _) => ImagesBenchmark.RunAsync()),
    Benchmark("fair", "Four images of a user while another has 990 waiting", (_, _) => FairnessBenchmark.RunAsync()),
    Benchmark("large-images", "The memory of 100 images of 24 MiB", (_, _) => LargeImagesBenchmark.RunAsync()),
    Benchmark("studio", "The page in a real browser, with 100 pictures and 1,000 tasks", (_, _) => StudioBenchmark.RunAsync()),
    against,
    profile,
};
root.Options.Add(json);
root.Options.Add(markdown);
return await root.Parse(args).InvokeAsync();
