using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Core.Steps;

/// <summary>The image step's first half: has RunwayML make the picture, or follows the one on record.</summary>
internal sealed partial class SceneGenerator(
    IScenarioStore store,
    IImageGenerator generator,
    RunwaySettings runway,
    ServiceSettings settings,
    TimeProvider time,
    ILogger<SceneGenerator> logger)
{
    /// <summary>Generations of one scene, the first included, when each fails for a passing reason.</summary>
    private const int MaxGenerations = 3;

    /// <summary>However many images are followed at once, RunwayML is asked no more often than this.</summary>
    private const int MaxPollsPerSecond = 400;

    private int followed;

    /// <returns>The generation that succeeded, or what the workflow has to do next.</returns>
    /// <exception cref="SceneEndedException">There will be no image.</exception>
    public async Task<(Generation? Succeeded, SceneImageNext Next)> GenerateAsync(SceneImageRun run)
    {
        Interlocked.Increment(ref followed);
        try
        {
            return await SubmitAndFollowAsync(run);
        }
        finally
        {
            Interlocked.Decrement(ref followed);
        }
    }

    /// <summary>Cancels the generation on record, if any. When that fails, it is only logged: the image is paid for already.</summary>
    public async Task CancelAsync(SceneImageRun run)
    {
        if (run.State.GenerationId is not { } id)
        {
            return;
        }

        try
        {
            await generator.CancelAsync(id, run.Stopping);
        }
        catch (ImageServiceException exception)
        {
            GenerationNotCancelled(logger, id, exception.Message);
        }
    }

    private async Task<(Generation? Succeeded, SceneImageNext Next)> SubmitAndFollowAsync(SceneImageRun run)
    {
        var started = time.GetTimestamp();
        if (run.State.GenerationId is null)
        {
            await SubmitAsync(run);
            await run.DelayAsync(NextPoll(), time);
        }

        while (true)
        {
            await run.ThrowIfCancelledAsync();
            switch (await LookAsync(run))
            {
                case { State: GenerationState.Succeeded } succeeded:
                    return (succeeded, SceneImageNext.None);
                case { State: GenerationState.Failed } failed:
                    return (null, await GenerateAgainAsync(run, failed.Failure!.Value));
                case { State: GenerationState.Cancelled }:
                    throw run.Skip(SceneReason.GenerationFailed, "The generation was cancelled at RunwayML.");
            }

            if (time.GetElapsedTime(started) >= settings.ImageStepBudget)
            {
                return (null, await WaitAgainAsync(run));
            }

            await run.DelayAsync(NextPoll(), time);
        }
    }

    private async Task SubmitAsync(SceneImageRun run)
    {
        if (run.Input.OrderingStoppedFor is { } reason)
        {
            throw run.Skip(reason);
        }

        var plan = ImageRequestRules.Build(run.Scene!, run.Input.Resolution, runway.Model);
        if (plan.Request is null)
        {
            throw run.Skip(SceneReason.GenerationFailed, plan.Note);
        }

        await run.ThrowIfCancelledAsync();
        try
        {
            // Not stopped half way: an answer that is not waited for is an image paid for and lost.
            var id = await generator.SubmitAsync(plan.Request, CancellationToken.None);
            await RecordAsync(run, id, plan.Note);
        }
        catch (ImageServiceException exception)
        {
            if (exception.Failure == ImageServiceFailure.Unavailable)
            {
                // Nothing was asked for, perhaps as this host is going down itself: the next start asks.
                run.Stopping.ThrowIfCancellationRequested();
            }

            SubmitFailed(logger, run.Input.TaskId, run.Input.SceneNumber, exception.Message);
            throw run.Skip(ReasonOf(exception.Failure), NoteOf(exception) ?? plan.Note);
        }
    }

    private async Task RecordAsync(SceneImageRun run, string id, string? note)
    {
        try
        {
            var state = new SceneState { Status = SceneStatus.Generating, GenerationId = id, Note = note };
            await StorageRetry.RunAsync(time, () => run.SaveAsync(store, state));
        }
        catch (StorageException)
        {
            // A retry of the step would not know of this generation and pay for another.
            await generator.CancelAsync(id, CancellationToken.None);
            throw;
        }
    }

    /// <returns>The generation as it is; null while RunwayML cannot be asked, as it may be back in time.</returns>
    private async Task<Generation?> LookAsync(SceneImageRun run)
    {
        try
        {
            return await generator.GetAsync(run.State.GenerationId!, run.Stopping);
        }
        catch (ImageServiceException exception) when (exception.Failure == ImageServiceFailure.Unavailable)
        {
            return null;
        }
        catch (ImageServiceException exception)
        {
            throw run.Skip(ReasonOf(exception.Failure), "RunwayML no longer knows this generation.");
        }
    }

    private async Task<SceneImageNext> WaitAgainAsync(SceneImageRun run)
    {
        if (run.Input.Wait * settings.ImageStepBudget < settings.ImageTimeout)
        {
            return SceneImageNext.Wait;
        }

        await CancelAsync(run);
        throw run.Skip(SceneReason.TimedOut);
    }

    private async Task<SceneImageNext> GenerateAgainAsync(SceneImageRun run, GenerationFailure failure)
    {
        if (failure == GenerationFailure.ContentRejected)
        {
            throw run.Skip(SceneReason.ContentRejected);
        }

        if (failure == GenerationFailure.Permanent || run.Input.Generation >= MaxGenerations)
        {
            throw run.Skip(SceneReason.GenerationFailed);
        }

        await run.DelayAsync(NextPoll() * Math.Pow(2, run.Input.Generation), time);
        await run.ThrowIfCancelledAsync();
        await run.SaveAsync(store, run.State with { GenerationId = null });
        return SceneImageNext.GenerateAgain;
    }

    /// <summary>Up to 20 % off the interval, either way, so that a task's scenes do not ask all at once.</summary>
    private TimeSpan NextPoll()
    {
        var seconds = Math.Max(runway.PollInterval.TotalSeconds, Volatile.Read(ref followed) / (double)MaxPollsPerSecond);
        return TimeSpan.FromSeconds(seconds * (0.8 + (Random.Shared.NextDouble() * 0.4)));
    }

    private static SceneReason ReasonOf(ImageServiceFailure failure) => failure switch
    {
        ImageServiceFailure.Unavailable => SceneReason.ImageServiceUnavailable,
        ImageServiceFailure.OutcomeUnknown => SceneReason.OutcomeUnknown,
        _ => SceneReason.GenerationFailed,
    };

    private static string? NoteOf(ImageServiceException exception) => exception.Failure switch
    {
        ImageServiceFailure.Refused => "RunwayML did not take this prompt or its reference image.",
        ImageServiceFailure.Unavailable => exception.Message,
        _ => null,
    };

    [LoggerMessage(301, LogLevel.Warning, "Task {TaskId}: asking for the image of scene {SceneNumber} failed: {Fault}")]
    private static partial void SubmitFailed(ILogger logger, string taskId, int sceneNumber, string fault);

    [LoggerMessage(302, LogLevel.Warning, "Generation {GenerationId} could not be cancelled at RunwayML: {Fault}")]
    private static partial void GenerationNotCancelled(ILogger logger, string generationId, string fault);
}
