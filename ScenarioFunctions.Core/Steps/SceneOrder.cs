using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Telemetry;

namespace ScenarioFunctions.Core.Steps;

/// <summary>Orders one scene's image at RunwayML: takes the scene, sends the order, and records the generation's id.</summary>
internal sealed partial class SceneOrder(
    IScenarioStore store,
    IImageGenerator generator,
    RunwaySettings runway,
    ScenePatience patience,
    OrderLimits limits,
    HoldRenewal holds,
    SceneWaits waits,
    FaultLog faults,
    TimeProvider time,
    ILogger<SceneOrder> logger)
{
    /// <summary>Longer than an order takes with all its attempts, until it is recorded. After this time the runner has ended.</summary>
    private static readonly TimeSpan Lease = RunwayResilience.LongestCall + TimeSpan.FromMinutes(1);

    /// <summary>The wait when another runner has the scene: it soon records its order or gives the scene back.</summary>
    private static readonly TimeSpan TakenDelay = TimeSpan.FromSeconds(5);

    /// <summary>Timers work in whole milliseconds.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    /// <summary>Orders the image of a scene that has no generation on record, unless its task stopped ordering.</summary>
    /// <exception cref="SceneEndedException">There will be no image.</exception>
    /// <exception cref="StillWaitingException">RunwayML is unavailable, or another runner has the scene.</exception>
    public async Task SubmitAsync(SceneImageRun run, ImageTurn turn)
    {
        if (run.Input.OrderingStoppedFor is { } stop)
        {
            throw run.Skip(stop.Reason, stop.Note);
        }

        if (await turn.WaitAsync(Unanswered(run)))
        {
            await ReadAgainAsync(run);
        }

        var look = await FindLookAsync(run);
        var plan = ImageRequestRules.Build(run.Scene!, run.Input.Resolution, run.Scene!.Model ?? runway.Model, runway.Quality, look);
        if (plan.Request is null)
        {
            throw run.Skip(SceneReason.GenerationFailed, plan.Note);
        }

        await OrderAsync(run, turn, plan.Request, plan.Credits, plan.Note);
        if (run.Input.Carried?.UnansweredSeconds is not null)
        {
            throw new StillWaitingException(SceneImageNext.Wait); // so that the progress shows that RunwayML answers again
        }
    }

    /// <summary>Read from the database, as reference images can be large and histories have to stay small.</summary>
    private async Task<SharedLook?> FindLookAsync(SceneImageRun run)
    {
        if (run.Input.HasLook != true)
        {
            return null;
        }

        var look = await patience.UntilDoneAsync(
            run, "reading the scenario", () => store.FindLookAsync(run.ScenarioId, run.Stopping), onlyTransient: true);
        return look?.PublishedAt(run.PublicBaseUrl);
    }

    /// <summary>Much may have happened to the scene while it waited for its turn.</summary>
    /// <exception cref="StillWaitingException">It has ended or has a generation; the next run continues from there.</exception>
    private async Task ReadAgainAsync(SceneImageRun run)
    {
        await patience.BeginAsync(run, store);
        if (!run.State.Status.IsInProgress() || run.State.GenerationId is not null)
        {
            throw new StillWaitingException(SceneImageNext.Wait);
        }
    }

    /// <summary>
    /// Retries the order while RunwayML is unavailable, until the patience ends. Between the attempts others have their turn.
    /// </summary>
    private async Task OrderAsync(SceneImageRun run, ImageTurn turn, ImageRequest request, int? price, string? note)
    {
        long? asked = Unanswered(run) is null ? null : time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await limits.OrderAsync(run, (request.Model, price), SinceAsked(), () =>
                {
                    if (run.IsTooLateToOrder)
                    {
                        throw new StillWaitingException(SceneImageNext.Wait, SinceAsked());
                    }

                    asked ??= time.GetTimestamp();
                    return OrderOnceAsync(run, request, note);
                });
                return;
            }
            catch (ImageServiceException exception)
            {
                turn.End();
                await WaitOrEndAsync(run, exception, SinceAsked() ?? TimeSpan.Zero, attempt, note);
            }

            await turn.WaitAsync(SinceAsked());
        }

        // Null before the first try: a wait for the orders of others is no sign that RunwayML is unavailable.
        TimeSpan? SinceAsked() => asked is { } at ? time.GetElapsedTime(at) + (Unanswered(run) ?? TimeSpan.Zero) : null;
    }

    /// <summary>How long RunwayML had been unavailable for the order when this run began.</summary>
    private static TimeSpan? Unanswered(SceneImageRun run) =>
        run.Input.Carried?.UnansweredSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>Takes the scene, as another runner of its step may exist: on a host that was paused or cut off.</summary>
    /// <exception cref="StillWaitingException">Another runner has it or has ordered; the next run reads the scene again.</exception>
    private async Task TakeAsync(SceneImageRun run)
    {
        var isTaken = await patience.UntilDoneAsync(
            run, "taking the scene", () => store.TakeSceneAsync(run.SceneId, run.Id, Lease, run.Stopping), onlyTransient: true);
        if (!isTaken)
        {
            await run.ThrowIfCancelledAsync();
            await run.DelayAsync(TakenDelay);
            throw new StillWaitingException(SceneImageNext.Wait);
        }
    }

    private async Task GiveBackAsync(SceneImageRun run)
    {
        try
        {
            await store.TakeSceneAsync(run.SceneId, run.Id, TimeSpan.Zero, CancellationToken.None);
        }
        catch (StorageException)
        {
            // The lease will expire by itself.
        }
    }

    private async Task<int?> OrderOnceAsync(SceneImageRun run, ImageRequest request, string? note)
    {
        await holds.EnsureAsync(run); // first, as a cancelled task must not keep it
        await run.ThrowIfCancelledAsync();
        await TakeAsync(run);

        // Not cancellable: without its answer, an image would be paid for and lost.
        var ordered = await generator.SubmitAsync(request, CancellationToken.None);
        ServiceMetrics.ImageOrdered(request.Model, run.Waited + run.QueuedInAll);
        await RecordAsync(run, request, ordered, time.GetUtcNow(), note);
        return ordered.EstimatedCredits;
    }

    /// <param name="run">The scene's run.</param>
    /// <param name="exception">Why the order failed.</param>
    /// <param name="unanswered">How long RunwayML has been unavailable for this order.</param>
    /// <param name="attempt">From 1, within this run.</param>
    /// <param name="note">The scene's note, if the failure has none of its own.</param>
    private async Task WaitOrEndAsync(
        SceneImageRun run, ImageServiceException exception, TimeSpan unanswered, int attempt, string? note)
    {
        var mayPass = exception.Failure == ImageServiceFailure.Unavailable;
        if (mayPass)
        {
            // Nothing was ordered, perhaps because this host is stopping; the next start orders.
            run.Stopping.ThrowIfCancellationRequested();
        }

        LogSubmitFailed(run, exception);
        var left = runway.Patience - unanswered;
        if (!mayPass || left < ShortestWait || run.IsTimeUp)
        {
            throw run.Skip(
                ReasonOf(exception.Failure),
                NoteOf(exception) ?? note,
                stopsOrdering: exception.Failure == ImageServiceFailure.AccountExhausted);
        }

        var delay = TimeSpan.FromTicks(Math.Min(ScenePatience.DelayAfter(attempt + 2).Ticks, left.Ticks));
        waits.Set(run, run.Waits(WaitingFor.Retrying));
        await run.DelayAsync(delay);
        waits.Clear(run);
        if (run.IsStepOver || run.Input.Carried?.UnansweredSeconds is null)
        {
            // The first time this happens at once, so that the task's progress shows it.
            await GiveBackAsync(run);
            throw new StillWaitingException(SceneImageNext.Wait, unanswered: unanswered + delay);
        }
    }

    private async Task RecordAsync(
        SceneImageRun run, ImageRequest request, OrderedImage ordered, DateTimeOffset orderedAt, string? note)
    {
        var state = new SceneState
        {
            Status = SceneStatus.Generating,
            GenerationId = ordered.GenerationId,
            OrderedAt = orderedAt,
            Attempt = run.Generation,
            Note = note,
            ServiceCredits = run.CreditsWith(ordered.EstimatedCredits),
            Model = request.Model,
            Ratio = request.Ratio,
            Seed = request.Seed,
        };
        try
        {
            await StorageRetry.RunAsync(time, () => run.SaveAsync(store, state));
        }
        catch (StorageException exception)
        {
            NotRecorded(logger, run.Input.TaskId, ordered.GenerationId, run.Input.SceneNumber, exception.Message);

            // The step's result carries the id: a run that did not know it would pay for another image.
            run.CarryOver(state);
            run.ThrowIfKnownCancelled();
            throw new StillWaitingException(SceneImageNext.Wait);
        }
    }

    /// <summary>The reason of a scene whose order failed like this.</summary>
    public static SceneReason ReasonOf(ImageServiceFailure failure) => failure switch
    {
        ImageServiceFailure.OutcomeUnknown => SceneReason.OutcomeUnknown,
        ImageServiceFailure.Unavailable or ImageServiceFailure.Misconfigured or ImageServiceFailure.AccountExhausted =>
            SceneReason.ImageServiceUnavailable,
        _ => SceneReason.GenerationFailed,
    };

    private static string? NoteOf(ImageServiceException exception) => exception.Failure switch
    {
        ImageServiceFailure.OutcomeUnknown => null,
        _ => exception.Message,
    };

    /// <summary>Faults of the service are logged once a minute, as every scene has the same. Other failures are always logged.</summary>
    private void LogSubmitFailed(SceneImageRun run, ImageServiceException exception)
    {
        var count = 1;
        if (ReasonOf(exception.Failure) != SceneReason.ImageServiceUnavailable
            || faults.IsDue($"submit {exception.Failure}", out count))
        {
            SubmitFailed(logger, run.Input.TaskId, run.Input.SceneNumber, exception.Message, count);
        }
    }

    [LoggerMessage(301, LogLevel.Warning,
        "Task {TaskId}: ordering the image of scene {SceneNumber} failed: {Fault} ({Count} times since the last such line)")]
    private static partial void SubmitFailed(ILogger logger, string taskId, int sceneNumber, string fault, int count);

    [LoggerMessage(303, LogLevel.Warning,
        "Task {TaskId}: generation {GenerationId} of scene {SceneNumber} could not be recorded yet: {Fault}")]
    private static partial void NotRecorded(
        ILogger logger, string taskId, string generationId, int sceneNumber, string fault);
}
