using System.Diagnostics;
using System.Text;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Local.Cli;

namespace ScenarioFunctions.Tests.Local.Cli;

/// <summary>The real program in a process of its own, with the emulator at its fastest.</summary>
internal sealed class CliProcess : IAsyncDisposable
{
    /// <summary>A shell in the background ignores SIGINT, and its children with it; env makes up for that.</summary>
    private static readonly string[] Undisturbed = OperatingSystem.IsLinux() ? ["--default-signal=INT"] : [];

    private readonly Process process;
    private readonly StringBuilder error = new();
    private readonly StringBuilder output = new();

    private CliProcess(Process process) => this.process = process;

    public string Output => Read(output);

    public string Error => Read(error);

    public static CliProcess Start(string folder, IReadOnlyDictionary<string, string> settings, params string[] args)
    {
        var start = new ProcessStartInfo("/usr/bin/env", [.. Undisturbed, "dotnet", typeof(CliApplication).Assembly.Location, .. args])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["EMULATOR_LATENCY_SECONDS"] = "0.05";
        start.Environment["RUNWAYML_POLL_SECONDS"] = "0.05";
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        var run = new CliProcess(new Process { StartInfo = start });
        run.process.OutputDataReceived += (_, line) => Append(run.output, line.Data);
        run.process.ErrorDataReceived += (_, line) => Append(run.error, line.Data);
        run.process.Start();
        run.process.BeginOutputReadLine();
        run.process.BeginErrorReadLine();
        return run;
    }

    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync()
    {
        await process.WaitForExitAsync(TestContext.Current.CancellationToken)
            .WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
        return process.ExitCode;
    }

    /// <summary>Waits until it holds.</summary>
    public Task UntilAsync(Func<bool> condition) => Patience.UntilAsync(
        () =>
        {
            var isSo = condition();
            Assert.False(!isSo && process.HasExited, $"It has ended too early.\n{Output}\n{Error}");
            return Task.FromResult(isSo);
        },
        () => $"{Output}\n{Error}",
        TestContext.Current.CancellationToken);

    /// <param name="name">INT as Ctrl+C sends it, or TERM.</param>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }

        process.Dispose();
    }

    private static void Append(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (text)
            {
                text.AppendLine(line);
            }
        }
    }

    private static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}
