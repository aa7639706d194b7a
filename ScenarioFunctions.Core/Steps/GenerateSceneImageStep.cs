using System.Diagnostics;
using System.Text.Json.Serialization;
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
                        : run.Input.Carried?.EarlierCredits,
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
            await generator.CancelAsync(run);
            await delivery.DiscardAsync(run);
        }

        if (row is null)
        {
            throw new StorageException(
                $"Scene {run.SceneId} is not in the database any more: its scenario was deleted.", isTransient: false, lost);
        }
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
    /// Another runner of this step may have stored the scene's image while this one was paused, or cut off from the database.
    /// Then the scene must not be cancelled and its image not removed.
    /// </summary>
    /// <exception cref="StillWaitingException">Another runner did so; the next run continues from there.</exception>
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

        if (row?.State.ImageUrl is not null && run.State.ImageUrl is null)
        {
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

/// <summary>Only ids and counters: the prompt is read from the database, so that histories stay small.</summary>
/// <param name="TaskId">The scene's id derives from this and the scene number.</param>
/// <param name="SceneNumber">2 or more.</param>
/// <param name="UserId">The user who pays.</param>
/// <param name="Resolution">As posted; determines the ratio.</param>
/// <param name="CreditsPerImage">Charged once the image is stored.</param>
/// <param name="Wait">The number of this run of the step for this scene, from 1. Each run waits at most one step budget.</param>
/// <param name="Generation">The number of the generation for this scene, from 1. After a temporary failure another is ordered.</param>
/// <param name="Hold">The hold that the image is charged from; null in a task that version 0.1.0 started.</param>
/// <param name="OrderingStoppedFor">Why the task orders no more images; null while it does.</param>
public sealed record GenerateSceneImageInput(
    string TaskId,
    int SceneNumber,
    string UserId,
    string? Resolution,
    int CreditsPerImage,
    int Wait,
    int Generation,
    string? Hold = null,
    OrderingStop? OrderingStoppedFor = null)
    : ILogged, ITraced, IContinuation
{
    /// <summary>From the previous run; null in the first, and after a run of version 0.1.0.</summary>
    public CarriedOver? Carried { get; init; }

    /// <summary>Whether the scenario has a <see cref="SharedLook"/>. Null in records of version 0.1.0.</summary>
    public bool? HasLook { get; init; }

    /// <summary>When the hold expires, as far as the workflow knows. Null in records of version 0.2.0: then it is not renewed.</summary>
    public DateTimeOffset? HeldUntil { get; init; }

    /// <summary>
    /// Whether the step may end with <see cref="CarriedOver.RestSeconds"/>. An engine says so when it waits for them, and when a waiting step
    /// occupies a place that others need; null when it does not.
    /// </summary>
    public bool? MayRest { get; init; }

    string ILogged.ForLog() => $" of scene {SceneNumber}";

    void ITraced.Describe(Activity span) => span.SetTag(ServiceTelemetry.SceneNumber, SceneNumber);

    bool IContinuation.HasUnfinishedWork() => Wait > 1 || Generation > 1 || Carried is not null;
}

/// <summary>The outcome of one run of the image step.</summary>
/// <param name="Next">Whether and how the workflow calls the step again.</param>
/// <param name="Status">The scene's status.</param>
/// <param name="ImageUrl">Set when completed.</param>
/// <param name="Reason">Set when skipped or cancelled.</param>
/// <param name="Note">Text for people.</param>
public sealed record SceneImageOutcome(
    SceneImageNext Next,
    SceneStatus Status,
    string? ImageUrl = null,
    SceneReason? Reason = null,
    string? Note = null) : ILogged, ITraced
{
    /// <summary>State for the next run, if there is one.</summary>
    public CarriedOver? Carried { get; init; }

    /// <summary>RunwayML credits that the scene's generations cost; null when none was ordered.</summary>
    public int? ServiceCredits { get; init; }

    /// <summary>True when the other scenes would fail for the same reason: the task orders no more images.</summary>
    public bool? StopsOrdering { get; init; }

    void ITraced.Describe(Activity span) => span
        .SetTag("scenario.image.status", EnumNames.Of(Status))
        .SetTag("scenario.image.reason", Reason is { } reason ? EnumNames.Of(reason) : null);

    string ILogged.ForLog() => this switch
    {
        { Next: not SceneImageNext.None } => $": to be called again ({Next})",
        { Reason: { } reason } => $": {Status} ({reason})",
        _ => $": {Status}",
    };
}

/// <summary>State that one run of the image step passes to the next: the workflow has no clock, and the database may be down.</summary>
/// <param name="WaitedSeconds">How long the scene has waited so far.</param>
/// <param name="UnansweredSeconds">How long RunwayML has been unavailable for the order; null when it is not.</param>
/// <param name="Unsaved">A state that could not be recorded yet: of an ordered image, or of the scene's end.</param>
/// <param name="EarlierCredits">RunwayML credits that the scene's earlier generations cost.</param>
/// <param name="QueuedSeconds">How long the scene has waited for its turn to be ordered, which keeps its place; null when it does not wait.</param>
/// <param name="RestSeconds">When to call the step again: its turn is far off. Counted in the time queued. Null is at once.</param>
/// <param name="Place">Its place when it stopped waiting for its turn; null when it did not, or had none.</param>
public sealed record CarriedOver(
    double WaitedSeconds, double? UnansweredSeconds = null, SceneState? Unsaved = null, int? EarlierCredits = null,
    double? QueuedSeconds = null, double? RestSeconds = null, int? Place = null);

/// <summary>Why a task orders no more images.</summary>
/// <param name="Reason">The reason of every scene that has no image yet.</param>
/// <param name="Note">Text for people.</param>
public sealed record OrderingStop(SceneReason Reason, string? Note = null);

/// <summary>What the workflow does after a run of the image step.</summary>
[JsonConverter(typeof(EnumNameConverter<SceneImageNext>))]
public enum SceneImageNext
{
    /// <summary>Nothing: the scene has ended.</summary>
    None,

    /// <summary>Call again: the step's budget ended while RunwayML was working, or while something else was down.</summary>
    Wait,

    /// <summary>Call again and order another generation: the last one failed for a temporary reason.</summary>
    GenerateAgain,

    /// <summary>Call again with the same input: the host stopped while the step waited.</summary>
    Again,
}
