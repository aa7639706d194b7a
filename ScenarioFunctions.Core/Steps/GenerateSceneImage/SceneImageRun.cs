using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Core.Steps;

/// <summary>One run of the image step: what it was asked, the scene, and the scene's state as last saved.</summary>
internal sealed class SceneImageRun(
    GenerateSceneImageInput input, SceneRow row, IStepContext context, CancellationToken stopping)
{
    public GenerateSceneImageInput Input { get; } = input;

    /// <summary>Null once its image is ordered: thousands may wait for theirs.</summary>
    public Scene? Scene { get; private set; } = row.State.GenerationId is null ? row.Scene : null;

    public Guid SceneId { get; } = row.Id;
    public Guid ScenarioId { get; } = row.ScenarioId;
    public SceneState State { get; private set; } = row.State;

    /// <summary>The host is going down: waits end at once, acts are finished first.</summary>
    public CancellationToken Stopping { get; } = stopping;

    /// <summary>Saves a state, whole. Not stopped half way: what it records has happened already.</summary>
    public async Task SaveAsync(IScenarioStore store, SceneState state)
    {
        await store.UpdateSceneAsync(SceneId, state, CancellationToken.None);
        State = state;
        Scene = state.GenerationId is null ? Scene : null;
    }

    /// <summary>Asked before every paid act.</summary>
    /// <exception cref="SceneEndedException">The task has been cancelled.</exception>
    public async Task ThrowIfCancelledAsync()
    {
        Stopping.ThrowIfCancellationRequested();
        if (await context.IsCancelledAsync(Stopping))
        {
            throw new SceneEndedException(SceneState.CancelledFrom(State.GenerationId));
        }
    }

    /// <summary>Waits, but not beyond a cancel that the engine knows of.</summary>
    public async Task DelayAsync(TimeSpan delay, TimeProvider time)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(Stopping, context.Cancelled);
        try
        {
            await Task.Delay(delay, time, either.Token);
        }
        catch (OperationCanceledException) when (!Stopping.IsCancellationRequested)
        {
            // Cancelled: the next check says so.
        }
    }

    /// <summary>No image, for a reason; the others go on.</summary>
    public SceneEndedException Skip(SceneReason reason, string? note = null) =>
        new(SceneState.SkippedFor(reason) with
        {
            GenerationId = State.GenerationId,
            Note = note ?? State.Note,
        });
}

/// <summary>The scene ends here without an image; thrown from within the image step only.</summary>
internal sealed class SceneEndedException(SceneState state) : Exception($"The scene ended: {state.Reason}.")
{
    public SceneState State { get; } = state;
}
