using ScenarioFunctions.Core;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Local.Engine;

/// <summary>Runs steps with the retries of their definitions.</summary>
internal sealed class StepWorker : IDisposable
{
    private readonly StepRunner runner;
    private readonly TimeProvider time;
    private readonly ILogger<StepWorker> logger;
    private readonly FaultLog faults;
    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int underWay;

    public StepWorker(StepRunner runner, TimeProvider time, ILogger<StepWorker> logger)
    {
        this.runner = runner;
        this.time = time;
        this.logger = logger;
        faults = new FaultLog(time);
        Stopping = stopping.Token;
    }

    /// <summary>Fires when the host is going down, and can still be asked when it is gone.</summary>
    public CancellationToken Stopping { get; }

    public int UnderWay => Volatile.Read(ref underWay);

    /// <summary>Ends waits at once and lets acts under way finish.</summary>
    public void Stop()
    {
        stopping.Cancel();
        SignalIfIdle();
    }

    /// <summary>After <see cref="Stop"/>: done when no step is under way.</summary>
    public Task WhenIdleAsync() => idle.Task;

    /// <returns>The result, an error once every try has failed, or null when the host is stopping: it counts as not run.</returns>
    public async Task<StepResult<TResult>?> RunAsync<TInput, TResult>(
        StepDefinition<TInput, TResult> definition, string taskId, TInput input, IStepContext context)
    {
        Interlocked.Increment(ref underWay);
        try
        {
            return await RunTriesAsync(definition, taskId, input, context);
        }
        finally
        {
            Interlocked.Decrement(ref underWay);
            SignalIfIdle();
        }
    }

    public void Dispose() => stopping.Dispose();

    private async Task<StepResult<TResult>?> RunTriesAsync<TInput, TResult>(
        StepDefinition<TInput, TResult> definition, string taskId, TInput input, IStepContext context)
    {
        for (var attempt = 1; !Stopping.IsCancellationRequested; attempt++)
        {
            try
            {
                return await runner.RunAsync(definition, taskId, input, context, Stopping);
            }
            catch (OperationCanceledException) when (Stopping.IsCancellationRequested)
            {
                return null;
            }
            catch (Exception exception) when (attempt < definition.Retry.MaxAttempts || IsWaitedOut(exception, context))
            {
                var delay = definition.Retry.DelayAfter(attempt);
                if (faults.IsDue(definition.Name, out var count))
                {
                    EngineLog.StepWillBeRetried(
                        logger, taskId, definition.Name, attempt, delay.TotalSeconds, exception.Message, count);
                }

                await WaitAsync(delay, context);
            }
            catch (Exception exception)
            {
                EngineLog.StepFailed(logger, exception, taskId, definition.Name, attempt);
                return new StepResult<TResult>(default, new TaskError(StepErrorCodes.RetriesExhausted, exception.Message));
            }
        }

        return null;
    }

    /// <summary>What a cancelled task has under way must come to its end, however long the storage is down.</summary>
    private static bool IsWaitedOut(Exception exception, IStepContext context) =>
        exception is StorageException && context.Cancelled.IsCancellationRequested;

    private void SignalIfIdle()
    {
        if (Stopping.IsCancellationRequested && UnderWay == 0)
        {
            idle.TrySetResult();
        }
    }

    /// <summary>
    /// Waits for the next try, which a cancelled task gets as well: its step has to wind down. A cancel that
    /// comes meanwhile ends the wait.
    /// </summary>
    private async Task WaitAsync(TimeSpan delay, IStepContext context)
    {
        var news = context.Cancelled.IsCancellationRequested ? CancellationToken.None : context.Cancelled;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(Stopping, news);
        await Task.Delay(delay, time, either.Token).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }
}
