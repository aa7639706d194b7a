using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using ScenarioFunctions.Benchmarks.Server;

namespace ScenarioFunctions.Benchmarks.Start;

/// <summary>
/// How long the published program takes for its first work, each time in a new process with an empty data folder. The processor time
/// is the figure to trust on a busy machine.
/// </summary>
/// <param name="program">The published program.</param>
/// <param name="folder">For the data folders.</param>
internal sealed class StartBenchmark(string program, string folder)
{
    private const int Runs = 7;
    private const int Images = 4;

    private readonly string scenario = Path.Combine(folder, "scenario.json");

    /// <param name="program">The published program; null publishes it first, as docs/one-machine.md does.</param>
    /// <param name="folder">An empty folder.</param>
    public static async Task<IReadOnlyList<BenchmarkResult>> RunAsync(string? program, string folder)
    {
        var benchmark = new StartBenchmark(program ?? await PublishAsync(Path.Combine(folder, "published")), folder);
        await File.WriteAllBytesAsync(benchmark.scenario, ScenarioBody.Create(Images));
        return
        [
            .. await MedianAsync("help", null, "--help", () => benchmark.CommandAsync("--help")),
            .. await MedianAsync("health", "<= 0.4 s", "a server until it answers /health", benchmark.ServerAsync),
            .. await MedianAsync("save", "<= 0.5 s", $"save of {Images} images that take no time", () => benchmark.CommandAsync("save", benchmark.scenario)),
        ];
    }

    private static async Task<string> PublishAsync(string target)
    {
        string[] arguments =
        [
            "publish", "ScenarioFunctions.Local", "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "--self-contained",
            "-o", target, "-v", "q", "--nologo",
        ];
        using var publish = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        var output = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        return publish.ExitCode == 0
            ? Path.Combine(target, "ScenarioFunctions.Local")
            : throw new InvalidOperationException($"Run this from the repository's folder. It could not be published: {output}");
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
        var start = StartInfo("/bin/sh", ["-c", "\"$0\" \"$@\" >/dev/null 2>&1 || exit; times", program, .. arguments]);
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
        var address = $"http://127.0.0.1:{FreePort()}";
        var start = StartInfo(program, []);
        start.Environment["ASPNETCORE_URLS"] = address;
        using var http = new HttpClient { BaseAddress = new Uri(address) };
        var started = Stopwatch.GetTimestamp();
        using var server = Process.Start(start)!;
        try
        {
            server.OutputDataReceived += (_, _) => { };
            server.BeginOutputReadLine();
            while (!await IsHealthyAsync(http))
            {
                if (server.HasExited)
                {
                    throw new InvalidOperationException($"The server ended with {server.ExitCode}.");
                }

                await Task.Delay(TimeSpan.FromMilliseconds(2));
            }

            return (Stopwatch.GetElapsedTime(started).TotalSeconds, server.TotalProcessorTime.TotalSeconds);
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync();
        }
    }

    private static async Task<bool> IsHealthyAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync("health");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private ProcessStartInfo StartInfo(string file, string[] arguments) => new(file, arguments)
    {
        RedirectStandardOutput = true,
        WorkingDirectory = folder,
        Environment =
        {
            ["SCENARIO_DATA_DIR"] = Path.Combine(folder, $"{Guid.NewGuid():N}"),
            ["EMULATOR_LATENCY_SECONDS"] = "0",
        },
    };

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <param name="time">Of the shell, such as <c>0m0.42s</c>.</param>
    private static double SecondsOf(string time)
    {
        var parts = time.TrimEnd('s').Split('m');
        return (60 * double.Parse(parts[0], CultureInfo.InvariantCulture)) + double.Parse(parts[1], CultureInfo.InvariantCulture);
    }
}
