using System.Diagnostics;
using ScenarioFunctions.Chaos;

namespace ScenarioFunctions.Tests.Local.CrashSafety;

/// <summary>Programs that lie beside the tests, as real processes.</summary>
internal static class ChaosProcess
{
    /// <summary>SIGKILL, as a shell tells it.</summary>
    public const int Killed = 137;

    public static Process Start(string program, IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, program));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <returns>The exit code, and what it said on standard error.</returns>
    public static async Task<(int ExitCode, string Error)> EndAsync(this Process process, CancellationToken cancellationToken)
    {
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken).WaitAsync(Patience.Limit, cancellationToken);
        await output;
        return (process.ExitCode, await error);
    }
}
