using System.Text.Json.Serialization;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Core.Steps;

/// <summary>
/// Makes, stores and charges one scene's image, once, however often it runs. What a crash must not repeat
/// is on record before the next act: the generation's id before it is waited for, the image's URL before
/// it is charged. Once the URL is on record the image will be charged, also when a cancel comes.
/// </summary>
internal sealed class GenerateSceneImageStep(
    IScenarioStore store, SceneGenerator generator, SceneImageDelivery delivery, TimeProvider time)
    : IStep<GenerateSceneImageInput, SceneImageOutcome>
{
    public async Task<SceneImageOutcome> RunAsync(
        GenerateSceneImageInput input, IStepContext context, CancellationToken stopping)
    {
        var sceneId = ScenarioIds.Scene(input.TaskId, input.SceneNumber);
        var row = await store.FindSceneAsync(sceneId, stopping)
            ?? throw new StorageException($"Scene {sceneId} is not in the database.", isTransient: false);
        var run = new SceneImageRun(input, row, context, stopping);

        try
        {
            return await RunAsync(run);
        }
        catch (SceneEndedException ended)
        {
            return await EndAsync(run, ended.State);
        }
    }

    private async Task<SceneImageOutcome> RunAsync(SceneImageRun run)
    {
        if (run.State.Status is SceneStatus.Completed or SceneStatus.Skipped or SceneStatus.Cancelled)
        {
            return Outcome(run.State);
        }

        if (run.State.ImageUrl is null)
        {
            var (generation, next) = await generator.GenerateAsync(run);
            if (next != SceneImageNext.None)
            {
                return new SceneImageOutcome(next, SceneStatus.Generating, Note: run.State.Note);
            }

            await delivery.StoreAsync(run, generation!);
        }

        await delivery.ChargeAsync(run);
        return Outcome(run.State);
    }

    private async Task<SceneImageOutcome> EndAsync(SceneImageRun run, SceneState state)
    {
        if (state.Status == SceneStatus.Cancelled)
        {
            await generator.CancelAsync(run);
        }

        // An earlier run may have stored the image and crashed. The file goes first: a run that finds the
        // scene ended looks no further.
        await delivery.DiscardAsync(run);
        await StorageRetry.RunAsync(time, () => run.SaveAsync(store, state));
        return Outcome(state);
    }

    private static SceneImageOutcome Outcome(SceneState state) =>
        new(SceneImageNext.None, state.Status, state.ImageUrl, state.Reason, state.Note);
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
    SceneReason? OrderingStoppedFor = null)
    : ILogged
{
    string ILogged.ForLog() => $" of scene {SceneNumber}";
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
    string ILogged.ForLog() => this switch
    {
        { Next: not SceneImageNext.None } => $": to be called again ({Next})",
        { Reason: { } reason } => $": {Status} ({reason})",
        _ => $": {Status}",
    };
}

/// <summary>What the workflow does after a run of the image step.</summary>
[JsonConverter(typeof(EnumNameConverter<SceneImageNext>))]
public enum SceneImageNext
{
    /// <summary>Nothing: the scene has ended.</summary>
    None,

    /// <summary>Call again: the step's budget ran out while RunwayML works on it.</summary>
    Wait,

    /// <summary>Call again for another generation: this one failed in a way that may pass.</summary>
    GenerateAgain,

    /// <summary>Call again as before: the host stopped while the step waited.</summary>
    Again,
}
