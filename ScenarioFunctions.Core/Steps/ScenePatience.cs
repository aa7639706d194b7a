using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Core.Steps;

/// <summary>
/// Retries an act until it works or the scene's time is over. The image is paid for, so a database, disk or network that is
/// down for a while must not lose it. As an image may come just before its time is over, there are some late attempts in any case.
/// </summary>
internal sealed partial class ScenePatience(FaultLog faults, ILogger<ScenePatience> logger)
{
    private const int LateAttempts = 3;

    private static readonly TimeSpan AtLeast = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(0.25);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(10);

    /// <summary>The delay after attempt <paramref name="attempt"/> (from 1): doubles each time, changed at random by up to 20 %.</summary>
    public static TimeSpan DelayAfter(int attempt)
    {
        var delay = FirstDelay * Math.Pow(2, Math.Min(attempt, 10) - 1);
        return Jitter.Of(delay < MaxDelay ? delay : MaxDelay);
    }

    /// <inheritdoc cref="UntilDoneAsync{T}"/>
    public Task UntilDoneAsync(SceneImageRun run, string subject, Func<Task> act) =>
        UntilDoneAsync(run, subject, async () =>
        {
            await act();
            return true;
        });

    /// <param name="run">The scene's run, which limits the time.</param>
    /// <param name="subject">For the log: the act, such as <c>recording the scene</c>.</param>
    /// <param name="act">One attempt. A cancel does not end the attempts; the act may check for one.</param>
    /// <param name="onlyTransient">Whether a permanent storage error is thrown at once.</param>
    /// <exception cref="StillWaitingException">The step's budget is over, but not the scene's time.</exception>
    /// <exception cref="StorageException">The scene's time is over.</exception>
    /// <exception cref="ImageServiceException">The scene's time is over, or the error is permanent.</exception>
    /// <exception cref="TimeoutException">The scene's time is over, and <see cref="SceneImageRun.CutAsync"/> cut the act off.</exception>
    public async Task<T> UntilDoneAsync<T>(
        SceneImageRun run, string subject, Func<Task<T>> act, bool onlyTransient = false)
    {
        var enough = run.Waited + AtLeast;
        var late = 0;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await act();
            }
            catch (Exception exception) when (MayPass(exception, onlyTransient))
            {
                late += run.IsTimeUp ? 1 : 0;
                if (late >= LateAttempts && run.Waited >= enough)
                {
                    throw;
                }

                // No run comes after this one, but the engine cleans up until it succeeds.
                if (run.IsTooLong && !run.IsTimeUp && await run.IsCancelledAsync())
                {
                    throw;
                }

                if (faults.IsDue(subject, out var count))
                {
                    HeldUp(logger, run.Input.TaskId, subject, run.Input.SceneNumber, exception.Message, count);
                }
            }

            // The workflow of a cancelled task calls no more steps, and another run would begin its late attempts again.
            if (run.IsStepOver && !run.IsTimeUp && !await run.IsCancelledAsync())
            {
                throw new StillWaitingException(SceneImageNext.Wait);
            }

            await run.PauseAsync(DelayAfter(attempt));
        }
    }

    /// <summary>Reads the scene's row, and begins the run from it.</summary>
    /// <exception cref="SceneLostException">It is gone.</exception>
    public async Task BeginAsync(SceneImageRun run, IScenarioStore store) => run.Begin(
        await UntilDoneAsync(run, "reading the scene", () => store.FindSceneAsync(run.SceneId, run.Stopping), onlyTransient: true)
        ?? throw run.Lost());

    private static bool MayPass(Exception exception, bool onlyTransient) => exception switch
    {
        StorageException storage => storage.IsTransient || !onlyTransient,
        ImageServiceException service =>
            service.Failure is ImageServiceFailure.Unavailable or ImageServiceFailure.Misconfigured,
        TimeoutException => true,
        _ => false,
    };

    [LoggerMessage(315, LogLevel.Warning,
        "Task {TaskId}, scene {SceneNumber}: {Subject} failed and is retried: {Fault} ({Count} times since the last such line)")]
    private static partial void HeldUp(
        ILogger logger, string taskId, string subject, int sceneNumber, string fault, int count);
}

/// <summary>The workflow has to call the step again; only thrown and caught within the image step.</summary>
/// <param name="next">How to call it.</param>
/// <param name="unanswered">How long RunwayML has been unavailable for the order; null when it is not.</param>
/// <param name="rest">How long to wait before that; null is not at all.</param>
/// <param name="place">In the queue; null when it does not wait there.</param>
internal sealed class StillWaitingException(SceneImageNext next, TimeSpan? unanswered = null, TimeSpan? rest = null, int? place = null)
    : Exception($"The scene has not ended: {next}.")
{
    public SceneImageNext Next { get; } = next;

    public TimeSpan? Unanswered { get; } = unanswered;

    public TimeSpan? Rest { get; } = rest;

    public int? Place { get; } = place;
}
