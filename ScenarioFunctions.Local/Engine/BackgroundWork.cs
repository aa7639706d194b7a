using ScenarioFunctions.Core;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Local.Engine;

/// <summary>What goes on by itself, without anybody who waits for it, until the host stops.</summary>
internal sealed class BackgroundWork(StepWorker steps, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly FaultLog faults = new(time);

    /// <summary>
    /// Lets work go on, out of the log scope and the trace of the request that set it off. What it throws while the
    /// host stops is expected; anything else is a fault of ours.
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

    /// <summary>Writes, again and again while the disk refuses. The first try is made before this returns.</summary>
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

    /// <summary>Reads, again and again while the disk refuses.</summary>
    /// <param name="taskId">For the log.</param>
    /// <param name="read">One try.</param>
    /// <param name="refused">Told of each try that failed.</param>
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
