using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Local.Engine;

/// <summary>What every run needs of the engine.</summary>
/// <param name="Tasks">The records.</param>
/// <param name="Executor">Runs steps.</param>
/// <param name="Time">The clock.</param>
/// <param name="Logger">The engine's.</param>
/// <param name="Release">Called with its task's id once a run has ended and nothing of it is under way.</param>
internal sealed record RunServices(
    TaskTable Tasks, StepExecutor Executor, TimeProvider Time, ILogger Logger, Action<string> Release)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>Waits for a write, and repeats it while the disk refuses and the host is not stopping.</summary>
    public Task UntilWrittenAsync(string taskId, Func<Task> write) => UntilWrittenAsync(taskId, write(), write);

    /// <inheritdoc cref="UntilWrittenAsync(string, Func{Task})"/>
    /// <param name="taskId">For the log.</param>
    /// <param name="firstTry">Under way already.</param>
    /// <param name="tryAgain">The same write once more.</param>
    public async Task UntilWrittenAsync(string taskId, Task firstTry, Func<Task> tryAgain)
    {
        for (var write = firstTry; ; write = tryAgain())
        {
            try
            {
                await write;
                return;
            }
            catch (StorageException exception)
            {
                EngineLog.WriteFailed(Logger, taskId, exception.Message);
                await Task.Delay(RetryDelay, Time, Executor.Stopping);
            }
        }
    }

    /// <summary>Reads, and reads again while the disk refuses and the host is not stopping.</summary>
    public async Task<T> UntilReadAsync<T>(string taskId, Func<T> read)
    {
        while (true)
        {
            try
            {
                return read();
            }
            catch (StorageException exception)
            {
                EngineLog.ReadFailed(Logger, taskId, exception.Message);
                await Task.Delay(RetryDelay, Time, Executor.Stopping);
            }
        }
    }

    /// <summary>Lets work go on by itself. What it throws while the host stops is expected; anything else is a fault of ours.</summary>
    public async void Detach(string taskId, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception exception) when (Executor.Stopping.IsCancellationRequested)
        {
            EngineLog.LeftWhileStopping(Logger, taskId, exception.Message);
        }
        catch (Exception exception)
        {
            EngineLog.TaskFailed(Logger, exception, taskId, exception.Message);
        }
    }
}
