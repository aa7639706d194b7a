namespace ScenarioFunctions.Core.Steps;

/// <summary>One step of a workflow; all I/O is in steps. A step may run more than once and must then come to the same end.</summary>
public interface IStep<TInput, TResult>
{
    /// <exception cref="Storage.StorageException">If not transient, it becomes the result's error, without a retry.</exception>
    /// <exception cref="Exception">Any other exception: the engine retries as the step's definition says.</exception>
    /// <exception cref="OperationCanceledException">The host is stopping: the step counts as not run.</exception>
    Task<TResult> RunAsync(TInput input, IStepContext context, CancellationToken stopping);
}

/// <summary>What a running step can ask its engine.</summary>
public interface IStepContext
{
    /// <summary>Fires when the engine learns of a cancel. Never fires on an engine that does not learn of it by itself.</summary>
    CancellationToken Cancelled { get; }

    /// <summary>Whether the task has been cancelled by now. Call it before every act that costs money.</summary>
    ValueTask<bool> IsCancelledAsync(CancellationToken cancellationToken);
}

/// <summary>A step's name, its types and its retries.</summary>
/// <param name="Name">Recorded in journals and histories: never change it.</param>
/// <param name="Retry">How often and how soon a failed attempt is repeated.</param>
public sealed record StepDefinition<TInput, TResult>(string Name, StepRetry Retry);

/// <summary>Attempts of one step. The delay doubles after each attempt, up to <paramref name="MaxDelay"/>.</summary>
/// <param name="MaxAttempts">Attempts in total, at least 1.</param>
/// <param name="FirstDelay">Between the first attempt and the second.</param>
/// <param name="MaxDelay">Between any two attempts.</param>
public sealed record StepRetry(int MaxAttempts, TimeSpan FirstDelay, TimeSpan MaxDelay)
{
    public const double BackoffCoefficient = 2;

    /// <summary>The delay after attempt <paramref name="attempt"/> (1-based) has failed.</summary>
    public TimeSpan DelayAfter(int attempt)
    {
        var delay = FirstDelay * Math.Pow(BackoffCoefficient, Math.Min(attempt, 20) - 1);
        return delay < MaxDelay ? delay : MaxDelay;
    }
}

/// <summary>The input of a step that may be called several times for the same scene.</summary>
public interface IContinuation
{
    /// <summary>
    /// Whether the last call left something unfinished. A cancelled task starts no new steps, but unfinished work
    /// has to end properly. A method, because a property would be written to the journal.
    /// </summary>
    bool HasUnfinishedWork();
}

/// <summary>An input or result that adds text to its step's log line.</summary>
internal interface ILogged
{
    /// <summary>The text to add. A method, because a property would be written to the journal.</summary>
    string ForLog();
}
