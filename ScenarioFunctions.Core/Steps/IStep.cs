namespace ScenarioFunctions.Core.Steps;

/// <summary>One step of a workflow: where all I/O is. May run more than once; must then come to the same end.</summary>
public interface IStep<TInput, TResult>
{
    /// <exception cref="Storage.StorageException">Not transient: becomes the result's error, without a retry.</exception>
    /// <exception cref="Exception">Any other: the engine tries again, as the definition says.</exception>
    /// <exception cref="OperationCanceledException">The host is stopping: the step counts as not run.</exception>
    Task<TResult> RunAsync(TInput input, IStepContext context, CancellationToken stopping);
}

/// <summary>What a running step may ask of its engine.</summary>
public interface IStepContext
{
    /// <summary>Fires when the engine learns of a cancel by itself; never, on an engine that has to be asked.</summary>
    CancellationToken Cancelled { get; }

    /// <summary>Whether the step's task has been cancelled, as of now: asked before every paid act.</summary>
    ValueTask<bool> IsCancelledAsync(CancellationToken cancellationToken);
}

/// <summary>A step's name, its types and how often an engine tries it.</summary>
/// <param name="Name">Recorded in journals and histories: never change it.</param>
/// <param name="Retry">How often and how soon a try that threw is repeated.</param>
public sealed record StepDefinition<TInput, TResult>(string Name, StepRetry Retry);

/// <summary>Tries of one step. The delay doubles from one try to the next, up to <paramref name="MaxDelay"/>.</summary>
/// <param name="MaxAttempts">Tries in all, at least 1.</param>
/// <param name="FirstDelay">Between the first try and the second.</param>
/// <param name="MaxDelay">Between any two.</param>
public sealed record StepRetry(int MaxAttempts, TimeSpan FirstDelay, TimeSpan MaxDelay)
{
    public const double BackoffCoefficient = 2;

    /// <summary>The wait after try <paramref name="attempt"/> (1-based) has failed.</summary>
    public TimeSpan DelayAfter(int attempt)
    {
        var delay = FirstDelay * Math.Pow(BackoffCoefficient, Math.Min(attempt, 20) - 1);
        return delay < MaxDelay ? delay : MaxDelay;
    }
}

/// <summary>An input that may be of a call after the first for the same thing.</summary>
public interface IContinuation
{
    /// <summary>
    /// Whether the last call left something under way. A cancelled task's workflow gets no new steps, but what is under way
    /// has to be brought to its end. A method, as properties would be journaled.
    /// </summary>
    bool GoesOn();
}

/// <summary>An input or a result that adds to its step's log line.</summary>
internal interface ILogged
{
    /// <summary>What follows the step's name, or its duration. A method, as properties would be journaled.</summary>
    string ForLog();
}
