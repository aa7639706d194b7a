using System.Text.Json.Serialization;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Core.Steps;

/// <summary>
/// Makes, stores and charges one scene's image, once, however often it runs. What a crash must not repeat
/// is on record before the next act: the generation's id before it is waited for, the image's URL before
/// it is charged. Once the URL is on record the image will be charged, also when a cancel comes.
/// </summary>
internal sealed class GenerateSceneImageStep(
    IScenarioStore store,
    SceneGenerator generator,
    SceneImageDelivery delivery,
    ScenePatience patience,
    ServiceSettings settings,
    TimeProvider time)
    : IStep<GenerateSceneImageInput, SceneImageOutcome>
{
    public async Task<SceneImageOutcome> RunAsync(
        GenerateSceneImageInput input, IStepContext context, CancellationToken stopping)
    {
        var outcome = await RunOnceAsync(input, context, stopping);
        try
        {
            // Not every engine calls a cancelled task's step again: the scene is to end here.
            return outcome.Next != SceneImageNext.None
                && !stopping.IsCancellationRequested && await context.IsCancelledAsync(stopping)
                ? await RunOnceAsync(input with { Carried = outcome.Carried }, context, stopping)
                : outcome;
        }
        catch (Exception) when (outcome.Carried?.Unsaved is not null)
        {
            // Only this result knows what was ordered: tried again without it, the step would order once more.
            return outcome;
        }
    }

    private async Task<SceneImageOutcome> RunOnceAsync(
        GenerateSceneImageInput input, IStepContext context, CancellationToken stopping)
    {
        var run = new SceneImageRun(input, context, settings, time, stopping);
        try
        {
            return await RunToEndAsync(run);
        }
        catch (StillWaitingException waiting)
        {
            return new SceneImageOutcome(waiting.Next, SceneStatus.Generating, Note: run.State.Note)
            {
                Carried = new CarriedOver(
                    Math.Round(run.Waited.TotalSeconds, 3),
                    waiting.Unanswered?.TotalSeconds,
                    run.Unsaved,
                    waiting.Next == SceneImageNext.GenerateAgain
                        ? run.State.ServiceCredits
                        : run.Input.Carried?.EarlierCredits),
            };
        }
    }

    private async Task<SceneImageOutcome> RunToEndAsync(SceneImageRun run)
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
            return Outcome(run.State);
        }
        catch (SceneEndedException ended)
        {
            return await EndAsync(run, ended);
        }
    }

    private async Task BeginAsync(SceneImageRun run)
    {
        var row = await patience.UntilDoneAsync(
            run, "reading the scene", () => store.FindSceneAsync(run.SceneId, run.Stopping), onlyTransient: true)
            ?? throw new StorageException($"Scene {run.SceneId} is not in the database.", isTransient: false);
        run.Begin(row);
        if (run.Unsaved is { } unsaved)
        {
            if (unsaved.Status == SceneStatus.Generating)
            {
                await run.ThrowIfCancelledAsync();
            }

            await patience.UntilDoneAsync(run, "recording the scene", () => run.SaveAsync(store, unsaved));
        }
    }

    private async Task<SceneImageOutcome> EndAsync(SceneImageRun run, SceneEndedException ended)
    {
        var state = ended.State;
        await LeaveItToAnotherAsync(run);
        if (state.Status == SceneStatus.Cancelled || state.Reason == SceneReason.TimedOut)
        {
            await generator.CancelAsync(run);
        }

        // An earlier run may have stored the image and crashed. The file goes first: a run that finds the
        // scene ended looks no further.
        await delivery.DiscardAsync(run);
        await SaveEndAsync(run, ended);
        return Outcome(state) with { StopsOrdering = ended.StopsOrdering ? true : null };
    }

    /// <summary>
    /// Another runner of this step may have stored the scene's image, while this one's host was paused, or cut off from the
    /// database. Then nothing of the scene is cancelled or removed.
    /// </summary>
    /// <exception cref="StillWaitingException">It has: the next run goes on from there.</exception>
    private async Task LeaveItToAnotherAsync(SceneImageRun run)
    {
        SceneRow? row = null;
        try
        {
            row = await store.FindSceneAsync(run.SceneId, CancellationToken.None); // what has ended is recorded, stop or not
        }
        catch (StorageException)
        {
            // The end is recorded later, too.
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
            // Begun again from the row as it is, the step might order what RunwayML may have taken already.
            run.Leave(ended.State);
            throw new StillWaitingException(SceneImageNext.Wait);
        }
    }

    private static SceneImageOutcome Outcome(SceneState state) =>
        new(SceneImageNext.None, state.Status, state.ImageUrl, state.Reason, state.Note)
        {
            ServiceCredits = state.ServiceCredits,
        };
}

/// <summary>Ids and counters only: the prompt is read from the database, so that histories stay small.</summary>
/// <param name="TaskId">With the scene number, the scene's id.</param>
/// <param name="SceneNumber">From 2.</param>
/// <param name="UserId">Who pays.</param>
/// <param name="Resolution">As posted; decides the ratio.</param>
/// <param name="CreditsPerImage">What is charged for the image once it is stored.</param>
/// <param name="Wait">Which run of the step for this scene, from 1: each waits one budget at most.</param>
/// <param name="Generation">Which generation for this scene, from 1: a temporary failure at RunwayML asks for another.</param>
/// <param name="Hold">The hold that the image is charged from; null for a task that version 0.1.0 began.</param>
/// <param name="OrderingStoppedFor">Why the task orders nothing any more; null while it does.</param>
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
    : ILogged, IContinuation
{
    /// <summary>Of the run before; null for the first, and after one of version 0.1.0.</summary>
    public CarriedOver? Carried { get; init; }

    string ILogged.ForLog() => $" of scene {SceneNumber}";

    bool IContinuation.GoesOn() => Wait > 1 || Generation > 1 || Carried is not null;
}

/// <summary>What one run of the image step came to.</summary>
/// <param name="Next">Whether the workflow calls the step again.</param>
/// <param name="Status">Where the scene is.</param>
/// <param name="ImageUrl">When completed.</param>
/// <param name="Reason">When skipped or cancelled.</param>
/// <param name="Note">For a person.</param>
public sealed record SceneImageOutcome(
    SceneImageNext Next,
    SceneStatus Status,
    string? ImageUrl = null,
    SceneReason? Reason = null,
    string? Note = null) : ILogged
{
    /// <summary>For the next run, when there is one.</summary>
    public CarriedOver? Carried { get; init; }

    /// <summary>What RunwayML asked for the scene's generations, in its own credits; null when none was ordered.</summary>
    public int? ServiceCredits { get; init; }

    /// <summary>True when the task's other scenes would end for the same reason: none of them is to order an image.</summary>
    public bool? StopsOrdering { get; init; }

    string ILogged.ForLog() => this switch
    {
        { Next: not SceneImageNext.None } => $": to be called again ({Next})",
        { Reason: { } reason } => $": {Status} ({reason})",
        _ => $": {Status}",
    };
}

/// <summary>What one run of the image step hands on to the next: the workflow has no clock, and the database may be down.</summary>
/// <param name="WaitedSeconds">How long the scene has waited by now.</param>
/// <param name="UnansweredSeconds">How long RunwayML has not taken its order; null when that is not waited for.</param>
/// <param name="Unsaved">A state that could not be recorded yet: of an image that is ordered, or of the scene's end.</param>
/// <param name="EarlierCredits">What the scene's earlier generations cost at RunwayML.</param>
public sealed record CarriedOver(
    double WaitedSeconds, double? UnansweredSeconds = null, SceneState? Unsaved = null, int? EarlierCredits = null);

/// <summary>Why a task orders no more images.</summary>
/// <param name="Reason">Of every scene that is left.</param>
/// <param name="Note">For a person.</param>
public sealed record OrderingStop(SceneReason Reason, string? Note = null);

/// <summary>What the workflow does after a run of the image step.</summary>
[JsonConverter(typeof(EnumNameConverter<SceneImageNext>))]
public enum SceneImageNext
{
    /// <summary>Nothing: the scene has ended.</summary>
    None,

    /// <summary>Call again: the step's budget ran out while RunwayML works on it, or while a fault outside holds it up.</summary>
    Wait,

    /// <summary>Call again for another generation: this one failed in a way that may pass.</summary>
    GenerateAgain,

    /// <summary>Call again as before: the host stopped while the step waited.</summary>
    Again,
}
