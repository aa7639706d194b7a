using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Core.Steps;

/// <summary>One run of the image step: what it was asked, its time, the scene, and the scene's state as last saved.</summary>
internal sealed class SceneImageRun(
    GenerateSceneImageInput input,
    IStepContext context,
    ServiceSettings settings,
    TimeProvider time,
    CancellationToken stopping)
{
    private readonly long started = time.GetTimestamp();

    public GenerateSceneImageInput Input { get; } = input;

    /// <summary>This run's own, by which it takes the scene.</summary>
    public string Id { get; } = Guid.CreateVersion7(time.GetUtcNow()).ToString();

    public Guid SceneId { get; } = ScenarioIds.Scene(input.TaskId, input.SceneNumber);

    /// <summary>Null once its image is ordered: thousands may wait for theirs.</summary>
    public Scene? Scene { get; private set; }

    public Guid ScenarioId { get; private set; }

    public SceneState State { get; private set; } = new() { Status = SceneStatus.Pending };

    /// <summary>The host is going down: waits end at once, acts are finished first.</summary>
    public CancellationToken Stopping { get; } = stopping;

    /// <summary>How long the scene has waited, over all runs of its step. Version 0.1.0 handed on no seconds.</summary>
    public TimeSpan Waited => time.GetElapsedTime(started)
        + (Input.Carried is { } carried
            ? TimeSpan.FromSeconds(carried.WaitedSeconds)
            : (Input.Wait - 1) * settings.ImageStepBudget);

    /// <summary>This run has used up its budget.</summary>
    public bool IsStepOver => time.GetElapsedTime(started) >= settings.ImageStepBudget;

    /// <summary>The scene has used up its time.</summary>
    public bool IsTimeUp => Waited >= settings.ImageTimeout;

    /// <summary>A state that should be on record and is not, as the database is down; null when there is none.</summary>
    public SceneState? Unsaved { get; private set; } = input.Carried?.Unsaved;

    /// <summary>Begins from the scene's row, and from what the last run could not record.</summary>
    public void Begin(SceneRow row)
    {
        Scene = row.Scene;
        ScenarioId = row.ScenarioId;
        Adopt(row.State);
        if (Unsaved is { } unsaved && IsBehind(row.State, unsaved))
        {
            Adopt(unsaved);
        }
        else
        {
            Unsaved = null;
        }
    }

    /// <summary>What RunwayML asked for the scene: for its earlier generations, and for this one.</summary>
    public int? CreditsWith(int? ofThisGeneration) =>
        ofThisGeneration is null ? Input.Carried?.EarlierCredits : (Input.Carried?.EarlierCredits ?? 0) + ofThisGeneration;

    /// <summary>The generation has ended, and this is what it cost. Saved with the state that follows.</summary>
    public void SetCost(int? credits) =>
        State = credits is null ? State : State with { ServiceCredits = CreditsWith(credits) };

    /// <summary>Goes on from a state that could not be recorded yet.</summary>
    public void Leave(SceneState unsaved)
    {
        Adopt(unsaved);
        Unsaved = unsaved;
    }

    /// <summary>Saves a state, whole. Not stopped half way: what it records has happened already.</summary>
    public async Task SaveAsync(IScenarioStore store, SceneState state)
    {
        await store.UpdateSceneAsync(SceneId, state, CancellationToken.None);
        Adopt(state);
        Unsaved = null;
    }

    public ValueTask<bool> IsCancelledAsync() => context.IsCancelledAsync(Stopping);

    /// <summary>Asked before every paid act.</summary>
    /// <exception cref="SceneEndedException">The task has been cancelled.</exception>
    public async Task ThrowIfCancelledAsync()
    {
        Stopping.ThrowIfCancellationRequested();
        if (await IsCancelledAsync())
        {
            throw Cancelled();
        }
    }

    /// <summary>As <see cref="ThrowIfCancelledAsync"/>, without asking an engine that may not answer.</summary>
    public void ThrowIfKnownCancelled()
    {
        if (context.Cancelled.IsCancellationRequested)
        {
            throw Cancelled();
        }
    }

    /// <summary>Waits, but not beyond a cancel that the engine knows of.</summary>
    public async Task DelayAsync(TimeSpan delay)
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

    /// <summary>Waits, whether the task is cancelled or not; a cancel that comes meanwhile ends the wait.</summary>
    public Task PauseAsync(TimeSpan delay) =>
        context.Cancelled.IsCancellationRequested ? Task.Delay(delay, time, Stopping) : DelayAsync(delay);

    /// <summary>No image, for a reason; the others go on.</summary>
    public SceneEndedException Skip(SceneReason reason, string? note = null, bool stopsOrdering = false) =>
        new(SceneState.SkippedFor(reason) with
        {
            GenerationId = State.GenerationId,
            Note = note ?? State.Note,
            ServiceCredits = State.ServiceCredits,
        },
        stopsOrdering);

    private SceneEndedException Cancelled() =>
        new(SceneState.CancelledFrom(State.GenerationId) with { ServiceCredits = State.ServiceCredits });

    /// <summary>A run that died after it had saved the state may have gone further.</summary>
    private static bool IsBehind(SceneState row, SceneState unsaved) => unsaved.Status == SceneStatus.Generating
        ? row.GenerationId is null
        : row.Status is SceneStatus.Pending or SceneStatus.Generating;

    private void Adopt(SceneState state)
    {
        State = state;
        Scene = state.GenerationId is null ? Scene : null;
    }
}

/// <summary>The scene ends here without an image; thrown from within the image step only.</summary>
/// <param name="state">How.</param>
/// <param name="stopsOrdering">Whether the task's other scenes would fare no better, so that none of them is to order.</param>
internal sealed class SceneEndedException(SceneState state, bool stopsOrdering = false)
    : Exception($"The scene ended: {state.Reason}.")
{
    public SceneState State { get; } = state;

    public bool StopsOrdering { get; } = stopsOrdering;
}
