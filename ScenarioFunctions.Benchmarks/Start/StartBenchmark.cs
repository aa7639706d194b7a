using System.Diagnostics;
using System.Globalization;

namespace ScenarioFunctions.Benchmarks.Start;

/// <summary>
/// How long the published program takes for its first work, each time in a new process with an empty data folder. The processor time
/// is the figure to trust on a busy machine.
/// </summary>
/// <param name="program">The published program.</param>
internal sealed class StartBenchmark(PublishedProgram program)
{
    private const int Runs = 7;

    /// <param name="program">The published program; null publishes it first, as docs/one-machine.md does.</param>
    /// <param name="folder">An empty folder.</param>
    public static async Task<IReadOnlyList<BenchmarkResult>> RunAsync(string? program, string folder)
    {
        var published = await PublishedProgram.CreateAsync(program, folder, withProfile: true);
        var benchmark = new StartBenchmark(published);
        return
        [
            .. await MedianAsync("help", null, "--help", () => benchmark.CommandAsync("--help")),
            .. await MedianAsync("health", "<= 0.4 s", "a server until it answers /health", benchmark.ServerAsync),
            .. await MedianAsync("save", "<= 0.5 s", $"save of {PublishedProgram.Images} images that take no time", () => benchmark.CommandAsync("save", published.Scenario)),
        ];
    }

    private static async Task<BenchmarkResult[]> MedianAsync(
        string name, string? target, string meaning, Func<Task<(double Seconds, double ProcessorSeconds)>> run)
    {
        await run(); // so that the files are in memory
        var runs = new List<(double Seconds, double ProcessorSeconds)>();
        for (var i = 0; i < Runs; i++)
        {
            runs.Add(await run());
        }

        return
        [
            new($"{name}_seconds", Percentiles.Of(runs.Select(one => one.Seconds), 0.5), target, $"{meaning}, published: seconds, median of {Runs}"),
            new($"{name}_processor_seconds", Percentiles.Of(runs.Select(one => one.ProcessorSeconds), 0.5), null, "… processor time, seconds"),
        ];
    }

    /// <summary>A command from its start to its end. The shell knows the processor time of what has ended.</summary>
    private async Task<(double Seconds, double ProcessorSeconds)> CommandAsync(params string[] arguments)
    {
        var start = program.StartInfo("/bin/sh", ["-c", "\"$0\" \"$@\" >/dev/null 2>&1 || exit; times", program.Path, .. arguments]);
        var started = Stopwatch.GetTimestamp();
        using var shell = Process.Start(start)!;
        var output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return shell.ExitCode == 0
            ? (seconds, output.Split('\n')[1].Split(' ').Sum(SecondsOf))
            : throw new InvalidOperationException($"'{string.Join(' ', arguments)}' ended with {shell.ExitCode}.");
    }

    private async Task<(double Seconds, double ProcessorSeconds)> ServerAsync()
    {
        var (start, address) = program.ServerStartInfo();
        using var http = new HttpClient { BaseAddress = address };
        var started = Stopwatch.GetTimestamp();
        using var server = Process.Start(start)!;
        try
        {
            server.OutputDataReceived += (_, _) => { };
            server.BeginOutputReadLine();
            await PublishedProgram.UntilHealthyAsync(server, http);
            return (Stopwatch.GetElapsedTime(started).TotalSeconds, server.TotalProcessorTime.TotalSeconds);
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync();
        }
    }

    /// <param name="time">Of the shell, such as <c>0m0.42s</c>.</param>
    private static double SecondsOf(string time)
    {
        var parts = time.TrimEnd('s').Split('m');
        return (60 * double.Parse(parts[0], CultureInfo.InvariantCulture)) + double.Parse(parts[1], CultureInfo.InvariantCulture);
    }
}
