using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Core.Steps;

/// <summary>
/// Repeats an act that a fault outside holds up, for as long as the scene has time: its image is paid for, and no
/// database, disk or network that is down for a while may cost it.
/// </summary>
internal sealed partial class ScenePatience(FaultLog faults, ILogger<ScenePatience> logger)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(0.25);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(10);

    /// <summary>The wait after try <paramref name="attempt"/> (from 1): doubled each time, up to 20 % off either way.</summary>
    public static TimeSpan DelayAfter(int attempt)
    {
        var delay = FirstDelay * Math.Pow(2, Math.Min(attempt, 10) - 1);
        return (delay < MaxDelay ? delay : MaxDelay) * (0.8 + (Random.Shared.NextDouble() * 0.4));
    }

    /// <inheritdoc cref="UntilDoneAsync{T}"/>
    public Task UntilDoneAsync(SceneImageRun run, string subject, Func<Task> act) =>
        UntilDoneAsync(run, subject, async () =>
        {
            await act();
            return true;
        });

    /// <param name="run">Whose time it takes.</param>
    /// <param name="subject">For the log: what is done, such as <c>recording the scene</c>.</param>
    /// <param name="act">One try. A cancel does not end the tries; the act may ask for itself.</param>
    /// <param name="onlyTransient">Whether a permanent fault of the storage is thrown at once.</param>
    /// <exception cref="StillWaitingException">The step's budget is over; the scene's time is not.</exception>
    /// <exception cref="StorageException">The scene's time is over.</exception>
    /// <exception cref="ImageServiceException">The same, or the fault is one that does not pass.</exception>
    public async Task<T> UntilDoneAsync<T>(
        SceneImageRun run, string subject, Func<Task<T>> act, bool onlyTransient = false)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await act();
            }
            catch (Exception exception) when (MayPass(exception, onlyTransient) && !run.IsTimeUp)
            {
                if (faults.IsDue(subject, out var count))
                {
                    HeldUp(logger, run.Input.TaskId, subject, run.Input.SceneNumber, exception.Message, count);
                }
            }

            // A cancelled task's workflow calls no step again.
            if (run.IsStepOver && !await run.IsCancelledAsync())
            {
                throw new StillWaitingException(SceneImageNext.Wait);
            }

            await run.PauseAsync(DelayAfter(attempt));
        }
    }

    private static bool MayPass(Exception exception, bool onlyTransient) => exception switch
    {
        StorageException storage => storage.IsTransient || !onlyTransient,
        ImageServiceException service =>
            service.Failure is ImageServiceFailure.Unavailable or ImageServiceFailure.Misconfigured,
        _ => false,
    };

    [LoggerMessage(315, LogLevel.Warning,
        "Task {TaskId}: {Subject} of scene {SceneNumber} is tried again: {Fault} ({Count} times since the last such line)")]
    private static partial void HeldUp(
        ILogger logger, string taskId, string subject, int sceneNumber, string fault, int count);
}

/// <summary>The workflow has to call the step again; thrown from within the image step only.</summary>
/// <param name="next">How.</param>
/// <param name="unanswered">How long RunwayML has not taken the order by now; null when that is not waited for.</param>
internal sealed class StillWaitingException(SceneImageNext next, TimeSpan? unanswered = null)
    : Exception($"The scene is not at its end: {next}.")
{
    public SceneImageNext Next { get; } = next;

    public TimeSpan? Unanswered { get; } = unanswered;
}
