using System.Collections.Concurrent;
using System.Diagnostics;
using ScenarioFunctions.Chaos;

namespace ScenarioFunctions.Tests.Azure.WorkerHost;

/// <summary>The worker's process, which ends with this one at the latest.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly Process guard;
    private readonly ConcurrentQueue<string> output = new();

    private WorkerProcess(ProcessStartInfo start)
    {
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => output.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => output.Enqueue(line.Data ?? "");
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        // A worker survives the end of its host. The guard's input ends when this process does, however it ends.
        guard = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "read _; kill -9 $0", $"{process.Id}"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
        })!;
    }

    public Task Exited => process.WaitForExitAsync(CancellationToken.None);

    public int ExitCode => process.ExitCode;

    public string Output => string.Join('\n', output);

    /// <param name="program">Path of the worker's assembly.</param>
    /// <param name="host">Where the worker connects to.</param>
    /// <param name="workerId">How it then introduces itself.</param>
    /// <param name="settings">Are added to its environment.</param>
    public static WorkerProcess Start(
        string program, Uri host, string workerId, IReadOnlyDictionary<string, string> settings)
    {
        var folder = Path.GetDirectoryName(program)!;
        string[] arguments =
        [
            program,
            "--host", host.Host, "--port", $"{host.Port}",
            "--workerId", workerId, "--requestId", workerId, "--grpcMaxMessageLength", $"{int.MaxValue}",
            "--functions-uri", host.AbsoluteUri,
            "--functions-worker-id", workerId, "--functions-request-id", workerId,
            "--functions-grpc-max-message-length", $"{int.MaxValue}",
        ];
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated";
        start.Environment["FUNCTIONS_WORKER_DIRECTORY"] = folder;
        start.Environment["FUNCTIONS_APPLICATION_DIRECTORY"] = folder;
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return new WorkerProcess(start);
    }

    /// <summary>Sends a signal and waits for the end.</summary>
    /// <param name="signal">Such as TERM.</param>
    public async Task EndAsync(string signal)
    {
        using (var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        await Exited.WaitAsync(Patience.Limit);
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await Exited;
        guard.Kill();
        guard.Dispose();
        process.Dispose();
    }
}
