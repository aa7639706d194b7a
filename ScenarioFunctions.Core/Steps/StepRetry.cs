namespace ScenarioFunctions.Core.Steps;

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
        var delay = FirstDelay * Math.Pow(BackoffCoefficient, attempt - 1);
        return delay < MaxDelay ? delay : MaxDelay;
    }
}
