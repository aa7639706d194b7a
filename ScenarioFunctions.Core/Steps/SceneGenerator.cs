using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Telemetry;

namespace ScenarioFunctions.Core.Steps;

/// <summary>The first half of the image step: orders a generation, or continues with the one on record, and waits for it.</summary>
internal sealed partial class SceneGenerator(
    IScenarioStore store,
    IImageGenerator generator,
    SceneOrder order,
    ImageTurns turns,
    SceneWaits waits,
    RunwaySettings runway,
    ScenePatience patience,
    ILogger<SceneGenerator> logger)
{
    /// <summary>The most generations for one scene, including the first, when each fails for a temporary reason.</summary>
    public const int MaxGenerations = 3;

    /// <summary>A limit for this process, however many images it is waiting for.</summary>
    private const int MaxPollsPerSecond = 400;

    private int followed;

    /// <returns>The generation, which has succeeded.</returns>
    /// <exception cref="SceneEndedException">There will be no image.</exception>
    /// <exception cref="StillWaitingException">The image is not ready yet.</exception>
    public async Task<Generation> GenerateAsync(SceneImageRun run)
    {
        using var turn = turns.Of(run);
        var model = run.ModelOr(runway.Model);
        using var span = GenerationTelemetry.Start(runway, model);
        try
        {
            if (run.State.GenerationId is null)
            {
                await order.SubmitAsync(run, turn);
                if (run.IsTooLong)
                {
                    throw new StillWaitingException(SceneImageNext.Wait);
                }

                await run.DelayAsync(NextPoll());
            }
            else
            {
                turn.Continue();
            }

            var generation = await CountedAsync(() => FollowAsync(run, turn));
            GenerationTelemetry.Ended(runway, model, run.Waited, errorType: null);
            return generation;
        }
        catch (SceneEndedException ended)
        {
            var error = EnumNames.Of(ended.State.Reason) ?? EnumNames.Of(ended.State.Status);
            span.SetFailed(error);
            GenerationTelemetry.Ended(runway, model, run.Waited, error);
            throw;
        }
        finally
        {
            span.SetGeneration(run.State.GenerationId);
            waits.Clear(run);
        }
    }

    /// <summary>Cancels the generation on record, if any. A failure is only logged: all it costs is money already spent.</summary>
    public async Task CancelAsync(SceneImageRun run)
    {
        if (run.State.GenerationId is not { } id)
        {
            return;
        }

        try
        {
            await run.CutAsync(async token =>
            {
                await generator.CancelAsync(id, token);
                return true;
            });
        }
        catch (Exception exception) when (exception is ImageServiceException or TimeoutException)
        {
            GenerationNotCancelled(logger, id, exception.Message);
        }
    }

    private async Task<Generation> CountedAsync(Func<Task<Generation>> follow)
    {
        Interlocked.Increment(ref followed);
        try
        {
            return await follow();
        }
        finally
        {
            Interlocked.Decrement(ref followed);
        }
    }

    private async Task<Generation> FollowAsync(SceneImageRun run, ImageTurn turn)
    {
        while (true)
        {
            await run.ThrowIfCancelledAsync();
            switch (await PollAsync(run))
            {
                case { State: GenerationState.Succeeded } succeeded:
                    return succeeded;
                case { State: GenerationState.Failed } failed:
                    turn.End();
                    throw await GenerateAgainAsync(run, failed);
                case { State: GenerationState.Cancelled }:
                    throw run.Skip(SceneReason.GenerationFailed, "The generation was cancelled at RunwayML.");
                case { } open:
                    turn.IsThrottled = open.IsThrottled;
                    waits.Set(run, run.Waits(open.IsThrottled ? WaitingFor.Throttled : WaitingFor.Running, share: open.Progress));
                    break;
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

    /// <returns>The current state; null while RunwayML is unavailable.</returns>
    private async Task<Generation?> PollAsync(SceneImageRun run)
    {
        try
        {
            var generation = await run.CutAsync(token => generator.GetAsync(run.State.GenerationId!, token));
            run.SetCost(generation.Credits);
            return generation;
        }
        catch (ImageServiceException exception)
            when (exception.Failure is ImageServiceFailure.Unavailable or ImageServiceFailure.Misconfigured)
        {
            return null;
        }
        catch (TimeoutException)
        {
            return null;
        }
        catch (ImageServiceException exception)
        {
            throw run.Skip(SceneOrder.ReasonOf(exception.Failure), "RunwayML no longer knows this generation.");
        }
    }

    /// <returns>Makes the workflow call the step again for another generation.</returns>
    private async Task<StillWaitingException> GenerateAgainAsync(SceneImageRun run, Generation failed)
    {
        if (failed.Failure == GenerationFailure.ContentRejected)
        {
            throw run.Skip(SceneReason.ContentRejected, failed.Note, failed.Code);
        }

        if (failed.Failure == GenerationFailure.Permanent || run.Generation >= MaxGenerations)
        {
            throw run.Skip(SceneReason.GenerationFailed, failed.Note, failed.Code);
        }

        waits.Set(run, new SceneWait(WaitingFor.Retrying, Attempt: run.Generation + 1, Attempts: MaxGenerations));
        await run.DelayAsync(NextPoll() * Math.Pow(2, run.Generation));
        await run.ThrowIfCancelledAsync();
        await patience.UntilDoneAsync(
            run, "recording the scene", () => run.SaveAsync(store, run.State with { GenerationId = null }));
        return new StillWaitingException(SceneImageNext.GenerateAgain);
    }

    /// <summary>The interval, changed at random by up to 20 %, so that a task's scenes do not all poll at once.</summary>
    private TimeSpan NextPoll()
    {
        var seconds = Math.Max(runway.PollInterval.TotalSeconds, Volatile.Read(ref followed) / (double)MaxPollsPerSecond);
        return Jitter.Of(TimeSpan.FromSeconds(seconds));
    }

    [LoggerMessage(302, LogLevel.Warning, "Generation {GenerationId} could not be cancelled at RunwayML: {Fault}")]
    private static partial void GenerationNotCancelled(ILogger logger, string generationId, string fault);
}
