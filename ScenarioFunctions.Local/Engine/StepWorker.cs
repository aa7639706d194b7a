using ScenarioFunctions.Core;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Telemetry;

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

    /// <summary>Fires when the host is stopping. Can be used even after disposal.</summary>
    public CancellationToken Stopping { get; }

    public int UnderWay => Volatile.Read(ref underWay);

    /// <summary>Ends delays at once, but lets running acts finish.</summary>
    public void Stop()
    {
        stopping.Cancel();
        SignalIfIdle();
    }

    /// <summary>Completes when no step is running, after <see cref="Stop"/>.</summary>
    public Task WhenIdleAsync() => idle.Task;

    /// <returns>The result; an error if every attempt failed; null if the host is stopping, so that the step counts as not run.</returns>
    public async Task<StepResult<TResult>?> RunAsync<TInput, TResult>(
        StepDefinition<TInput, TResult> definition, string taskId, TInput input, IStepContext context)
    {
        Interlocked.Increment(ref underWay);
        using var span = ServiceTelemetry.StartStep(definition.Name, taskId, input);
        try
        {
            var result = await RunAttemptsAsync(definition, taskId, input, context);
            if (result?.Error is { } error)
            {
                span.SetFailed(error.Code);
            }

            return result;
        }
        finally
        {
            Interlocked.Decrement(ref underWay);
            SignalIfIdle();
        }
    }

    public void Dispose() => stopping.Dispose();

    private async Task<StepResult<TResult>?> RunAttemptsAsync<TInput, TResult>(
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

    /// <summary>A running step of a cancelled task must end properly, however long the storage is down.</summary>
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
    /// Waits for the next attempt. A step of a cancelled task gets it too, as it has to end properly. A cancel that comes during
    /// the wait ends it.
    /// </summary>
    private async Task WaitAsync(TimeSpan delay, IStepContext context)
    {
        var news = context.Cancelled.IsCancellationRequested ? CancellationToken.None : context.Cancelled;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(Stopping, news);
        await Task.Delay(delay, time, either.Token).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }
}
