using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Telemetry;

namespace ScenarioFunctions.Core.Steps;

/// <summary>
/// Makes, stores and charges one scene's image, once, however often it runs. Before each next act it records what a crash must
/// not repeat: the generation's id before waiting for it, the image's URL before charging it. Once the URL is recorded, the
/// image is charged even when a cancel comes.
/// </summary>
internal sealed class GenerateSceneImageStep(
    IScenarioStore store,
    SceneGenerator generator,
    SceneImageDelivery delivery,
    ScenePatience patience,
    SceneWaits waits,
    ServiceSettings settings,
    TimeProvider time)
    : IStep<GenerateSceneImageInput, SceneImageOutcome>
{
    public async Task<SceneImageOutcome> RunAsync(
        GenerateSceneImageInput input, IStepContext context, CancellationToken stopping)
    {
        var started = time.GetTimestamp();
        var outcome = await RunOnceAsync(input, context, stopping);
        try
        {
            // Not every engine calls the step of a cancelled task again, so the scene has to end now, or in the task's clean-up.
            return outcome.Next != SceneImageNext.None
                && time.GetElapsedTime(started) < SceneImageRun.Longest
                && !stopping.IsCancellationRequested && await context.IsCancelledAsync(stopping)
                ? await RunOnceAsync(input with { Carried = outcome.Carried }, context, stopping)
                : outcome;
        }
        catch (Exception) when (outcome.Carried?.Unsaved is not null)
        {
            // Only this result knows the order: if the step ran again without it, it would order a second time.
            return outcome;
        }
    }

    private async Task<SceneImageOutcome> RunOnceAsync(
        GenerateSceneImageInput input, IStepContext context, CancellationToken stopping)
    {
        var run = new SceneImageRun(input, context, settings, time, stopping);
        waits.Begin(input);
        try
        {
            return await RunToEndAsync(run);
        }
        catch (StillWaitingException waiting)
        {
            var queued = run.QueuedInAll + (waiting.Rest ?? TimeSpan.Zero);
            return new SceneImageOutcome(waiting.Next, SceneStatus.Generating, Note: run.State.Note)
            {
                Carried = new CarriedOver(
                    Math.Round(run.Waited.TotalSeconds, 3),
                    waiting.Unanswered?.TotalSeconds,
                    run.Unsaved,
                    waiting.Next == SceneImageNext.GenerateAgain
                        ? run.State.ServiceCredits
                        : run.EarlierCredits,
                    waiting.Next == SceneImageNext.Wait && run.State.GenerationId is null && queued > TimeSpan.Zero
                        ? Math.Round(queued.TotalSeconds, 3)
                        : null,
                    waiting.Rest is { } rest ? Math.Round(rest.TotalSeconds, 3) : null,
                    waiting.Place),
            };
        }
        finally
        {
            waits.End(input);
        }
    }

    private async Task<SceneImageOutcome> RunToEndAsync(SceneImageRun run)
    {
        try
        {
            return await RunStagesAsync(run);
        }
        catch (SceneLostException lost)
        {
            await GiveUpAsync(run, lost);
            throw new StillWaitingException(SceneImageNext.Wait);
        }
    }

    private async Task<SceneImageOutcome> RunStagesAsync(SceneImageRun run)
    {
        try
        {
            await BeginAsync(run);
            if (run.State.Status is SceneStatus.Completed or SceneStatus.Skipped or SceneStatus.Cancelled)
            {
                return Outcome(run.State);
            }

            await delivery.FindStoredAsync(run);
            if (run.State.ImageUrl is null)
            {
                await delivery.StoreAsync(run, await generator.GenerateAsync(run));
            }

            await delivery.ChargeAsync(run);
            Count(run);
            return Outcome(run.State);
        }
        catch (SceneEndedException ended)
        {
            return await EndAsync(run, ended);
        }
    }

    private async Task BeginAsync(SceneImageRun run)
    {
        await patience.BeginAsync(run, store);
        if (run.Unsaved is { } unsaved)
        {
            if (unsaved.Status == SceneStatus.Generating)
            {
                await run.ThrowIfCancelledAsync();
            }

            await patience.UntilDoneAsync(run, "recording the scene", () => run.SaveAsync(store, unsaved));
            if (unsaved.Status != SceneStatus.Generating)
            {
                Count(run);
            }
        }
    }

    /// <summary>
    /// Cancels and removes what this run has made, which nobody will see, unless the row has it. The next run continues from the row.
    /// </summary>
    /// <exception cref="StorageException">The row is gone.</exception>
    private async Task GiveUpAsync(SceneImageRun run, SceneLostException lost)
    {
        var row = await patience.UntilDoneAsync(
            run, "reading the scene", () => store.FindSceneAsync(run.SceneId, CancellationToken.None), onlyTransient: true);
        if (row?.State.ImageUrl is null || row.State.GenerationId != run.State.GenerationId)
        {
            await CancelAndDiscardAsync(run);
        }

        if (row is null)
        {
            throw new StorageException(
                $"Scene {run.SceneId} is not in the database any more: its scenario was deleted.", isTransient: false, lost);
        }
    }

    private async Task CancelAndDiscardAsync(SceneImageRun run)
    {
        await generator.CancelAsync(run);
        await delivery.DiscardAsync(run);
    }

    private async Task<SceneImageOutcome> EndAsync(SceneImageRun run, SceneEndedException ended)
    {
        var state = ended.State;
        await YieldToOtherRunnerAsync(run);
        if (state.Status == SceneStatus.Cancelled || state.Reason == SceneReason.TimedOut)
        {
            await generator.CancelAsync(run);
        }

        // An earlier run may have stored the image and crashed. Remove the file first: a run that finds the
        // scene ended does nothing more.
        await delivery.DiscardAsync(run);
        await SaveEndAsync(run, ended);
        Count(run);
        return Outcome(state) with { StopsOrdering = ended.StopsOrdering ? true : null };
    }

    /// <summary>
    /// Another runner of this step may have stored the scene's image while this one was paused, or cut off from the database. Or
    /// the task was cancelled, and another has made the image since. Then the scene must not be ended and its image not removed.
    /// </summary>
    /// <exception cref="StillWaitingException">It has an image; the next run continues from there.</exception>
    private async Task YieldToOtherRunnerAsync(SceneImageRun run)
    {
        SceneRow? row = null;
        try
        {
            row = await store.FindSceneAsync(run.SceneId, CancellationToken.None); // the end is recorded even if the host stops
        }
        catch (StorageException)
        {
            // Recording the end will fail as well, and is retried later.
        }

        if (row?.State.ImageUrl is { } url && run.State.ImageUrl is null)
        {
            if (!SceneImagePath.IsOf(run.State.GenerationId, url))
            {
                await CancelAndDiscardAsync(run);
            }

            run.Begin(row);
            throw new StillWaitingException(SceneImageNext.Wait);
        }
    }

    private async Task SaveEndAsync(SceneImageRun run, SceneEndedException ended)
    {
        if (ended.State.Status == SceneStatus.Cancelled)
        {
            await patience.UntilDoneAsync(run, "recording the scene", () => run.SaveAsync(store, ended.State));
            return;
        }

        try
        {
            await StorageRetry.RunAsync(time, () => run.SaveAsync(store, ended.State));
        }
        catch (StorageException)
        {
            // If the next run started from the row as it is, it could order what RunwayML may already have accepted.
            run.CarryOver(ended.State);
            throw new StillWaitingException(SceneImageNext.Wait);
        }
    }

    /// <summary>The scene's end is in the database, so no later run comes here.</summary>
    private static void Count(SceneImageRun run)
    {
        var state = run.State;
        ServiceMetrics.ImageEnded(EnumNames.Of(state.Status), EnumNames.Of(state.Reason), state.Model, run.Waited);
        ServiceMetrics.Charged(state.CreditsCharged ?? 0);
        ServiceMetrics.Spent(state.ServiceCredits ?? 0);
    }

    private static SceneImageOutcome Outcome(SceneState state) =>
        new(SceneImageNext.None, state.Status, state.ImageUrl, state.Reason, state.Note)
        {
            ServiceCredits = state.ServiceCredits,
        };
}
