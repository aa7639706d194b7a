using ScenarioFunctions.Core;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Local.Engine;

/// <summary>Work that runs in the background, with nobody waiting for it, until the host stops.</summary>
internal sealed class BackgroundWork(StepWorker steps, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly FaultLog faults = new(time);

    /// <summary>
    /// Runs work outside the log scope and the trace of the request that started it. Exceptions while the host stops are expected;
    /// any other exception is a bug.
    /// </summary>
    public void Run(string taskId, Func<Task> work)
    {
        using (ExecutionContext.SuppressFlow())
        {
            RunAsync();
        }

        async void RunAsync()
        {
            try
            {
                await work();
            }
            catch (Exception exception) when (steps.Stopping.IsCancellationRequested)
            {
                EngineLog.LeftWhileStopping(logger, taskId, exception.Message);
            }
            catch (Exception exception)
            {
                EngineLog.TaskFailed(logger, exception, taskId, exception.Message);
            }
        }
    }

    /// <summary>Writes, and retries while the disk fails. The first attempt is made before this returns.</summary>
    public async Task UntilWrittenAsync(string taskId, Func<Task> write)
    {
        while (true)
        {
            try
            {
                await write();
                return;
            }
            catch (StorageException exception)
            {
                if (faults.IsDue("write", out var count))
                {
                    EngineLog.WriteFailed(logger, taskId, exception.Message, count);
                }

                await Task.Delay(RetryDelay, time, steps.Stopping);
            }
        }
    }

    /// <summary>Reads, and retries while the disk fails.</summary>
    /// <param name="taskId">For the log.</param>
    /// <param name="read">One attempt.</param>
    /// <param name="refused">Called after each failed attempt.</param>
    public async Task<T> UntilReadAsync<T>(string taskId, Func<T> read, Action<StorageException>? refused = null)
    {
        while (true)
        {
            try
            {
                return read();
            }
            catch (StorageException exception)
            {
                if (faults.IsDue("read", out var count))
                {
                    EngineLog.ReadFailed(logger, taskId, exception.Message, count);
                }

                refused?.Invoke(exception);
                await Task.Delay(RetryDelay, time, steps.Stopping);
            }
        }
    }
}
