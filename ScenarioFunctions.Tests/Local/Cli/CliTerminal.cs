using System.Diagnostics;
using System.Text;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Local.Cli;

namespace ScenarioFunctions.Tests.Local.Cli;

/// <summary>The real program in a pseudo-terminal, which util-linux's <c>script</c> opens.</summary>
internal sealed class CliTerminal : IAsyncDisposable
{
    private const string CtrlC = "\u0003";

    private readonly Process script;
    private static readonly TimeSpan BetweenFrames = TimeSpan.FromSeconds(0.4);

    private readonly StringBuilder written = new();
    private readonly List<(TimeSpan At, string Written)> frames = [];
    private readonly long started = Stopwatch.GetTimestamp();
    private readonly Task reading;

    private CliTerminal(Process script)
    {
        this.script = script;
        reading = ReadAsync();
    }

    /// <summary>Everything that the program has written, with the sequences that control the terminal.</summary>
    public string Written
    {
        get
        {
            lock (written)
            {
                return written.ToString();
            }
        }
    }

    /// <summary>What had been written after which time, in steps that an eye can follow; the last is all of it.</summary>
    public IReadOnlyList<(TimeSpan At, string Written)> Recorded =>
        [(TimeSpan.Zero, ""), .. frames.SkipLast(1), (frames[^1].At, Written)];

    public static CliTerminal Start(string folder, int columns, IReadOnlyDictionary<string, string> settings, params string[] args)
    {
        var words = new[] { "dotnet", typeof(CliApplication).Assembly.Location }.Concat(args);
        var command = $"stty cols {columns} rows 30; exec {string.Join(' ', words.Select(word => $"'{word}'"))}";
        var start = new ProcessStartInfo(
            "/usr/bin/env", ["--default-signal=INT", "script", "--quiet", "--flush", "--return", "--command", command, "/dev/null"])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true, // stays open: its end would be Ctrl+D
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["SHELL"] = "/bin/sh";
        start.Environment["TERM"] = "xterm-256color";
        start.Environment["LC_ALL"] = "C.UTF-8"; // a shell on the way would warn of a locale that the machine lacks
        start.Environment["EMULATOR_LATENCY_SECONDS"] = "0.05";
        start.Environment["RUNWAYML_POLL_SECONDS"] = "0.05";
        foreach (var name in new[] { "NO_COLOR", "COLORTERM", "GITHUB_ACTIONS", "TF_BUILD" })
        {
            start.Environment.Remove(name); // with these, other colours would be written, or no bar
        }

        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return new CliTerminal(Process.Start(start)!);
    }

    /// <summary>Presses Ctrl+C.</summary>
    public async Task InterruptAsync()
    {
        await script.StandardInput.WriteAsync(CtrlC);
        await script.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
    }

    public Task UntilAsync(string text) => Patience.UntilAsync(
        () => Task.FromResult(Written.Contains(text, StringComparison.Ordinal)),
        () => Written,
        TestContext.Current.CancellationToken);

    /// <returns>The program's exit code.</returns>
    public async Task<int> EndAsync()
    {
        await reading.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
        await script.WaitForExitAsync(TestContext.Current.CancellationToken);
        return script.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!script.HasExited)
        {
            script.Kill(entireProcessTree: true);
            await script.WaitForExitAsync(CancellationToken.None);
        }

        script.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new char[4096];
        int read;
        while ((read = await script.StandardOutput.ReadAsync(buffer)) > 0)
        {
            lock (written)
            {
                written.Append(buffer, 0, read);
            }

            Record();
        }
    }

    private void Record()
    {
        var at = Stopwatch.GetElapsedTime(started);
        if (frames.Count > 0 && at - frames[^1].At < BetweenFrames)
        {
            at = frames[^1].At;
            frames.RemoveAt(frames.Count - 1);
        }

        frames.Add((at, Written));
    }
}
