using System.Diagnostics;

namespace ScenarioFunctions.Benchmarks.Start;

/// <summary>
/// Records what the published program compiles at run time, for its next publish. Methods that are renamed later are compiled at run
/// time again, until this is run again.
/// </summary>
internal static class StartProfileRuns
{
    private const string Target = "ScenarioFunctions.Local/Start";

    public static async Task RunAsync(string folder)
    {
        var program = await PublishedProgram.CreateAsync(null, folder, withProfile: false);
        await RecordAsync("help", program.StartInfo(program.Path, ["--help"]));
        await RecordAsync("save", program.StartInfo(program.Path, ["save", program.Scenario]));
        var (start, address) = program.ServerStartInfo();
        await RecordAsync("server", start, async server =>
        {
            using var http = new HttpClient { BaseAddress = address };
            await PublishedProgram.UntilHealthyAsync(server, http);
            using var stop = Process.Start("kill", [$"{server.Id}"]); // SIGTERM
        });
    }

    private static async Task RecordAsync(string name, ProcessStartInfo start, Func<Process, Task>? use = null)
    {
        var file = Path.GetFullPath(Path.Combine(Target, $"{name}.mibc"));
        File.Delete(file);
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
        start.Environment[StartupHook.FileVariable] = file;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        await (use?.Invoke(process) ?? Task.CompletedTask);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"'{name}' ended with {process.ExitCode}: {await output}");
        }
    }
}
