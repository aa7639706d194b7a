using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Core.Steps;

/// <summary>The image step's first half: has RunwayML make the picture, or follows the one on record.</summary>
internal sealed partial class SceneGenerator(
    IScenarioStore store,
    IImageGenerator generator,
    SceneOrder order,
    RunwaySettings runway,
    ScenePatience patience,
    ILogger<SceneGenerator> logger)
{
    /// <summary>Generations of one scene, the first included, when each fails for a passing reason.</summary>
    private const int MaxGenerations = 3;

    /// <summary>However many images are followed at once, RunwayML is asked no more often than this.</summary>
    private const int MaxPollsPerSecond = 400;

    private int followed;

    /// <returns>The generation, which succeeded.</returns>
    /// <exception cref="SceneEndedException">There will be no image.</exception>
    /// <exception cref="StillWaitingException">There is none yet.</exception>
    public async Task<Generation> GenerateAsync(SceneImageRun run)
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

    private async Task<Generation> SubmitAndFollowAsync(SceneImageRun run)
    {
        if (run.State.GenerationId is null)
        {
            await order.SubmitAsync(run);
            await run.DelayAsync(NextPoll());
        }

        while (true)
        {
            await run.ThrowIfCancelledAsync();
            switch (await LookAsync(run))
            {
                case { State: GenerationState.Succeeded } succeeded:
                    return succeeded;
                case { State: GenerationState.Failed } failed:
                    throw await GenerateAgainAsync(run, failed);
                case { State: GenerationState.Cancelled }:
                    throw run.Skip(SceneReason.GenerationFailed, "The generation was cancelled at RunwayML.");
            }

            if (run.IsTimeUp)
            {
                throw run.Skip(SceneReason.TimedOut);
            }

            if (run.IsStepOver)
            {
                throw new StillWaitingException(SceneImageNext.Wait);
            }

            await run.DelayAsync(NextPoll());
        }
    }

    /// <returns>The generation as it is; null while RunwayML cannot be asked, as it may be back in time.</returns>
    private async Task<Generation?> LookAsync(SceneImageRun run)
    {
        try
        {
            var generation = await generator.GetAsync(run.State.GenerationId!, run.Stopping);
            run.SetCost(generation.Credits);
            return generation;
        }
        catch (ImageServiceException exception)
            when (exception.Failure is ImageServiceFailure.Unavailable or ImageServiceFailure.Misconfigured)
        {
            return null;
        }
        catch (ImageServiceException exception)
        {
            throw run.Skip(SceneOrder.ReasonOf(exception.Failure), "RunwayML no longer knows this generation.");
        }
    }

    /// <returns>What makes the workflow call the step for another generation.</returns>
    private async Task<StillWaitingException> GenerateAgainAsync(SceneImageRun run, Generation failed)
    {
        if (failed.Failure == GenerationFailure.ContentRejected)
        {
            throw run.Skip(SceneReason.ContentRejected, failed.Note);
        }

        if (failed.Failure == GenerationFailure.Permanent || run.Input.Generation >= MaxGenerations)
        {
            throw run.Skip(SceneReason.GenerationFailed, failed.Note);
        }

        await run.DelayAsync(NextPoll() * Math.Pow(2, run.Input.Generation));
        await run.ThrowIfCancelledAsync();
        await patience.UntilDoneAsync(
            run, "recording the scene", () => run.SaveAsync(store, run.State with { GenerationId = null }));
        return new StillWaitingException(SceneImageNext.GenerateAgain);
    }

    /// <summary>Up to 20 % off the interval, either way, so that a task's scenes do not ask all at once.</summary>
    private TimeSpan NextPoll()
    {
        var seconds = Math.Max(runway.PollInterval.TotalSeconds, Volatile.Read(ref followed) / (double)MaxPollsPerSecond);
        return TimeSpan.FromSeconds(seconds * (0.8 + (Random.Shared.NextDouble() * 0.4)));
    }

    [LoggerMessage(302, LogLevel.Warning, "Generation {GenerationId} could not be cancelled at RunwayML: {Fault}")]
    private static partial void GenerationNotCancelled(ILogger logger, string generationId, string fault);
}
