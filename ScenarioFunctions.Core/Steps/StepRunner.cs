using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Telemetry;

namespace ScenarioFunctions.Core.Steps;

/// <summary>Runs one attempt of a step, for either engine. Writes one log line and one span, and returns permanent errors as data.</summary>
public sealed partial class StepRunner(
    IServiceProvider services, CancelledTasks cancelledTasks, TimeProvider time, ILogger<StepRunner> logger)
{
    /// <summary>Of the clean-up after a step, which has lasted for minutes already.</summary>
    private static readonly TimeSpan CleanUpPatience = TimeSpan.FromSeconds(10);

    /// <exception cref="Exception">The attempt failed, but another may work; or the host is stopping.</exception>
    public async Task<StepResult<TResult>> RunAsync<TInput, TResult>(
        StepDefinition<TInput, TResult> definition,
        string taskId,
        TInput input,
        IStepContext context,
        CancellationToken stopping)
    {
        var step = services.GetRequiredService<IStep<TInput, TResult>>();
        var started = time.GetTimestamp();
        using var scope = logger.TaskScope(taskId);
        using var span = ServiceTelemetry.StartAttempt(definition.Name, taskId, input);
        try
        {
            var value = await step.RunAsync(input, context, stopping);
            span.Describe(value);
            await CleanUpIfCancelledAsync(taskId, context, stopping);
            StepDone(logger, taskId, definition.Name, ForLog(input), Milliseconds(started), ForLog(value));
            return new StepResult<TResult>(value);
        }
        catch (StorageException exception) when (!exception.IsTransient)
        {
            StepFailed(logger, taskId, definition.Name, ForLog(input), Milliseconds(started), exception.Message);
            span.SetFailed(StepErrorCodes.StorageError);
            return new StepResult<TResult>(default, new TaskError(StepErrorCodes.StorageError, exception.Message));
        }
        catch (Exception exception)
        {
            span.SetFailed(exception.GetType().Name);
            throw;
        }
    }

    /// <summary>Never fails a step that is done: only its result may know an order, and the engine cleans up later.</summary>
    private async Task CleanUpIfCancelledAsync(string taskId, IStepContext context, CancellationToken stopping)
    {
        using var patience = new CancellationTokenSource(CleanUpPatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, patience.Token);
        try
        {
            if (context.Cancelled.IsCancellationRequested || await context.IsCancelledAsync(either.Token))
            {
                await cancelledTasks.CleanUpAsync(taskId, either.Token);
            }
        }
        catch (Exception exception)
        {
            CleanUpLeft(logger, taskId, exception.Message);
        }
    }

    private static string ForLog(object? value) => (value as ILogged)?.ForLog() ?? "";

    private double Milliseconds(long started) => Math.Round(time.GetElapsedTime(started).TotalMilliseconds, 1);

    [LoggerMessage(320, LogLevel.Information, "Task {TaskId}: {Step}{Subject} done in {Milliseconds} ms{Outcome}")]
    private static partial void StepDone(
        ILogger logger, string taskId, string step, string subject, double milliseconds, string outcome);

    [LoggerMessage(321, LogLevel.Error, "Task {TaskId}: {Step}{Subject} failed and is not retried, after {Milliseconds} ms: {Fault}")]
    private static partial void StepFailed(
        ILogger logger, string taskId, string step, string subject, double milliseconds, string fault);

    [LoggerMessage(322, LogLevel.Debug, "Task {TaskId}: the check for a cancel after a step failed; a cancelled task is cleaned up later: {Fault}")]
    private static partial void CleanUpLeft(ILogger logger, string taskId, string fault);
}
