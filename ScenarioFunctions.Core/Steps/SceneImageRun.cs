using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Core.Steps;

/// <summary>One run of the image step: its input, its time, the scene, and the scene's state as last saved.</summary>
internal sealed class SceneImageRun(
    GenerateSceneImageInput input,
    IStepContext context,
    ServiceSettings settings,
    TimeProvider time,
    CancellationToken stopping)
{
    /// <summary>
    /// From then on a run cuts off what it can repeat. So it ends before a host ends it by force: see docs/azure.md for the arithmetic.
    /// </summary>
    public static readonly TimeSpan Longest = ServiceSettings.MaxImageStepBudget + TimeSpan.FromSeconds(30);

    private readonly long started = time.GetTimestamp();
    private TimeSpan queued;
    private long? queuedFrom;

    public GenerateSceneImageInput Input { get; } = input;

    /// <summary>Identifies this run when it takes the scene.</summary>
    public string Id { get; } = Guid.CreateVersion7(time.GetUtcNow()).ToString();

    public Guid SceneId { get; } = ScenarioIds.Scene(input.TaskId, input.SceneNumber);

    /// <summary>Null once the image is ordered, to save memory: thousands of scenes may be waiting.</summary>
    public Scene? Scene { get; private set; }

    /// <summary>The id of the scenario's row.</summary>
    public Guid ScenarioId { get; private set; }

    /// <summary>Groups the scenes of this task.</summary>
    public Guid GroupId { get; } = ScenarioIds.Scenario(input.TaskId);

    /// <summary>Names the charge: the scene, and which of its images this is.</summary>
    public string ChargeReference { get; private set; } = "";

    public SceneState State { get; private set; } = new() { Status = SceneStatus.Pending };

    /// <summary>The number of the scene's generation: of the one on record, or else of the next one.</summary>
    public int Generation { get; private set; } = input.Generation;

    /// <summary>RunwayML credits that the scene's earlier generations cost.</summary>
    public int? EarlierCredits { get; private set; } = input.Carried?.EarlierCredits;

    /// <summary>The host is stopping: waits end at once, but acts are finished first.</summary>
    public CancellationToken Stopping { get; } = stopping;

    /// <summary>
    /// How long the scene has waited, over all runs of its step, without the time in which it waited for its turn to be
    /// ordered. Version 0.1.0 did not pass this on.
    /// </summary>
    public TimeSpan Waited => time.GetElapsedTime(started) - Queued
        + (Input.Carried is { } carried
            ? TimeSpan.FromSeconds(carried.WaitedSeconds)
            : (Input.Wait - 1) * settings.ImageStepBudget);

    /// <summary>How long the scene has waited for its turn to be ordered, over all runs of its step.</summary>
    public TimeSpan QueuedInAll => Queued + TimeSpan.FromSeconds(Input.Carried?.QueuedSeconds ?? 0);

    /// <summary><c>PUBLIC_BASE_URL</c></summary>
    public Uri? PublicBaseUrl => settings.PublicBaseUrl;

    /// <summary>Whether this run has used up its budget.</summary>
    public bool IsStepOver => time.GetElapsedTime(started) >= settings.ImageStepBudget;

    /// <summary>Whether it is too late for an order, which may take minutes and cannot be cut off.</summary>
    public bool IsTooLateToOrder => time.GetElapsedTime(started) >= ServiceSettings.MaxImageStepBudget;

    /// <summary>Whether <see cref="Longest"/> is over.</summary>
    public bool IsTooLong => time.GetElapsedTime(started) >= Longest;

    private TimeSpan Queued => queued + (queuedFrom is { } from ? time.GetElapsedTime(from) : TimeSpan.Zero);

    /// <summary>Whether the scene has used up its time.</summary>
    public bool IsTimeUp => Waited >= settings.ImageTimeout;

    /// <summary>A state that could not be recorded, as the database is down; null when there is none.</summary>
    public SceneState? Unsaved { get; private set; } = input.Carried?.Unsaved;

    /// <summary>
    /// The scene waits for its turn to be ordered. It is not kept in memory meanwhile, as a reference image can be large: begin
    /// again from its row afterwards.
    /// </summary>
    public void BeginQueueing() => (Scene, queuedFrom) = (null, time.GetTimestamp());

    public void EndQueueing() => (queued, queuedFrom) = (Queued, null);

    /// <summary>Starts from the scene's row, and from what the last run could not record.</summary>
    public void Begin(SceneRow row)
    {
        (Scene, ScenarioId) = (row.Scene, row.ScenarioId);
        ChargeReference = $"{row.ImageOf ?? row.Id}:{row.Version}";
        Adopt(row.State);

        // A run may have recorded that a generation has failed, and died before its result was. Then only the row counts it.
        var hasNone = row.State.GenerationId is null;
        Generation = Math.Max(Input.Generation, (row.State.Attempt ?? 0) + (hasNone ? 1 : 0));
        EarlierCredits = hasNone ? row.State.ServiceCredits ?? EarlierCredits : EarlierCredits;
        if (Unsaved is { } unsaved && IsBehind(row.State, unsaved))
        {
            Adopt(unsaved);
        }
        else
        {
            Unsaved = null;
        }
    }

    /// <summary>RunwayML credits for the scene: for its earlier generations and this one.</summary>
    public int? CreditsWith(int? ofThisGeneration) =>
        ofThisGeneration is null ? EarlierCredits : (EarlierCredits ?? 0) + ofThisGeneration;

    /// <summary>Sets the cost of the generation that has ended. It is saved with the next state.</summary>
    public void SetCost(int? credits) =>
        State = credits is null ? State : State with { ServiceCredits = CreditsWith(credits) };

    /// <summary>Continues from a state that could not be recorded yet.</summary>
    public void CarryOver(SceneState unsaved)
    {
        Adopt(unsaved);
        Unsaved = unsaved;
    }

    /// <summary>Saves the whole state. Cannot be cancelled: what it records has already happened.</summary>
    /// <exception cref="SceneLostException">The row is gone, or something else was recorded meanwhile.</exception>
    public async Task SaveAsync(IScenarioStore store, SceneState state)
    {
        var isSaved = await store.UpdateSceneAsync(SceneId, state, CancellationToken.None);
        Adopt(state);
        Unsaved = null;
        if (!isSaved)
        {
            throw new SceneLostException();
        }
    }

    /// <summary>The scene's row is gone.</summary>
    public SceneLostException Lost()
    {
        if (Unsaved is { } unsaved)
        {
            Adopt(unsaved);
        }

        return new SceneLostException();
    }

    public ValueTask<bool> IsCancelledAsync() => context.IsCancelledAsync(Stopping);

    /// <summary>Call it before every act that costs money.</summary>
    /// <exception cref="SceneEndedException">The task has been cancelled.</exception>
    public async Task ThrowIfCancelledAsync()
    {
        Stopping.ThrowIfCancellationRequested();
        if (await IsCancelledAsync())
        {
            throw Cancelled();
        }
    }

    /// <summary>Like <see cref="ThrowIfCancelledAsync"/>, but does not ask an engine, which may not answer.</summary>
    public void ThrowIfKnownCancelled()
    {
        if (context.Cancelled.IsCancellationRequested)
        {
            throw Cancelled();
        }
    }

    /// <summary>
    /// Cuts off an act that lasts too long for a run, and that another run may do again. Not for an order: whether RunwayML accepted it
    /// would be lost.
    /// </summary>
    /// <param name="act">Its token also fires when the host stops.</param>
    /// <exception cref="TimeoutException">It was cut off.</exception>
    public async Task<T> CutAsync<T>(Func<CancellationToken, Task<T>> act)
    {
        var left = Longest - time.GetElapsedTime(started);
        using var limit = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, Stopping);
        try
        {
            return await act(either.Token);
        }
        catch (OperationCanceledException exception) when (limit.IsCancellationRequested && !Stopping.IsCancellationRequested)
        {
            throw new TimeoutException("It takes longer than a step may take.", exception);
        }
    }

    /// <summary>What the scene waits for now.</summary>
    public SceneWait Waits(WaitingFor what, int? place = null, double? share = null) =>
        SceneWait.Of(what, Generation, place, (int?)(share * 100));

    /// <summary>Waits; ends early when the engine learns of a cancel, or when <paramref name="unless"/> completes.</summary>
    public async Task DelayAsync(TimeSpan delay, Task? unless = null)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(Stopping, context.Cancelled);
        try
        {
            var over = Task.Delay(delay, time, either.Token);
            await (unless is null ? over : await Task.WhenAny(over, unless));
        }
        catch (OperationCanceledException) when (!Stopping.IsCancellationRequested)
        {
            // The task was cancelled; the next check throws.
        }
    }

    /// <summary>The model of its order, or else the one that it will be ordered from.</summary>
    /// <param name="usual">For a scene that names none.</param>
    public string ModelOr(string usual) => State.Model ?? Scene?.Model ?? usual;

    /// <summary>Waits even if the task is already cancelled. A cancel that comes during the wait ends it.</summary>
    public Task PauseAsync(TimeSpan delay) =>
        context.Cancelled.IsCancellationRequested ? Task.Delay(delay, time, Stopping) : DelayAsync(delay);

    /// <summary>Ends the scene without an image; the other scenes go on.</summary>
    public SceneEndedException Skip(
        SceneReason reason, string? note = null, string? failureCode = null, bool stopsOrdering = false) =>
        new(State.EndedAs(SceneState.SkippedFor(reason)) with { Note = note ?? State.Note, FailureCode = failureCode }, stopsOrdering);

    private SceneEndedException Cancelled() => new(State.EndedAs(SceneState.Cancelled));

    /// <summary>Whether the row is older than the unsaved state. A run that saved it and then died may have gone further.</summary>
    private static bool IsBehind(SceneState row, SceneState unsaved) => unsaved.Status == SceneStatus.Generating
        ? row.GenerationId is null
        : row.Status.IsInProgress();

    private void Adopt(SceneState state)
    {
        State = state;
        Scene = state.GenerationId is null ? Scene : null;
    }
}

/// <summary>The scene's row is gone, or has another generation than this run; only thrown and caught within the steps.</summary>
internal sealed class SceneLostException() : Exception("The scene's scenario was deleted, or another image was recorded for it.");

/// <summary>The scene ends here without an image; only thrown and caught within the image step.</summary>
/// <param name="state">The scene's final state.</param>
/// <param name="stopsOrdering">Whether the task's other scenes would fail too, so that none of them should order.</param>
internal sealed class SceneEndedException(SceneState state, bool stopsOrdering = false)
    : Exception($"The scene ended: {state.Reason}.")
{
    public SceneState State { get; } = state;

    public bool StopsOrdering { get; } = stopsOrdering;
}
