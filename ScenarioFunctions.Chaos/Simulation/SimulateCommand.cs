using System.Diagnostics;
using ScenarioFunctions.Chaos.Simulation.Storage;

namespace ScenarioFunctions.Chaos.Simulation;

/// <summary>
/// Runs the seeds in one process per core, as a thread pool with one thread needs its own process.
/// </summary>
internal static class SimulateCommand
{
    public const string Usage = "simulate [--seeds N] [--seed K] [--break DEFECT]";

    /// <returns>The exit code: 1 when a seed failed.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var (seeds, seed, defect) = (1000, default(int?), Defect.None);
        for (var i = 0; i + 1 < arguments.Length; i += 2)
        {
            switch (arguments[i])
            {
                case "--seeds": seeds = int.Parse(arguments[i + 1]); break;
                case "--seed": seed = int.Parse(arguments[i + 1]); break;
                case "--break": defect = Enum.Parse<Defect>(arguments[i + 1]); break;
                default: throw new ArgumentException($"{Usage}, not {arguments[i]}");
            }
        }

        var started = Stopwatch.GetTimestamp();
        var total = new SeedTotal();
        if (seed is { } one)
        {
            await WorkAsync(total, one, 1, 1, defect, trace: true);
        }
        else
        {
            var workers = Math.Min(Environment.ProcessorCount, seeds);
            await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => WorkAsync(
                total, worker + 1, (seeds - worker + workers - 1) / workers, workers, defect, trace: false)));
        }

        Console.WriteLine($"{total} ({Stopwatch.GetElapsedTime(started).TotalSeconds:0} s)");
        return total.Failed > 0 || total.Seeds != (seed is null ? seeds : 1) ? 1 : 0;
    }

    private static async Task WorkAsync(SeedTotal total, int first, int count, int step, Defect defect, bool trace)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(SimulateCommand).Assembly.Location);
        }

        foreach (var argument in (string[])["simulate-worker", $"{first}", $"{count}", $"{step}", $"{defect}", $"{trace}"])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in SeedWorker.OneThread)
        {
            start.Environment[name] = value;
        }

        using var worker = Process.Start(start)!;
        while (await worker.StandardOutput.ReadLineAsync() is { } line)
        {
            lock (total)
            {
                if (!total.TryAdd(line))
                {
                    Console.WriteLine(line);
                }
            }
        }

        await worker.WaitForExitAsync();
    }
}
