using System.Collections.Concurrent;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Core.Steps;

/// <summary>
/// Decides which image is ordered next, fairly by user. RunwayML works on orders first come, first served, and an order that it
/// has cannot be overtaken. So this process orders little more than RunwayML can work on at once, and the others wait here.
/// RunwayML's limits are per model, so each model has its own queue.
/// </summary>
internal sealed class ImageTurns(IImageGenerator generator, RunwaySettings runway, SceneWaits waits, TimeProvider time)
{
    /// <summary>
    /// How long a scene may wait for its turn, in all. Its own time does not run out meanwhile, but the credits held for it
    /// are not held forever.
    /// </summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(6);

    /// <summary>
    /// How many images may wait here where a waiting step occupies one of its worker's places, 500 on Azure. The others rest: their
    /// step ends, and is called again later. Otherwise the steps of other users could not even start.
    /// </summary>
    public const int Room = 250;

    private readonly ConcurrentDictionary<string, ModelTurns> models = new(StringComparer.Ordinal);

    /// <summary>The turn of one run of the image step. It has no place yet.</summary>
    public ImageTurn Of(SceneImageRun run)
    {
        var model = run.ModelOr(runway.Model);
        var turns = models.GetOrAdd(model, name => new ModelTurns(name, generator, time));
        return new ImageTurn(run, turns, Room / models.Count, waits, time);
    }
}

/// <summary>The place of one image among those that are ordered at the same time. Disposing of it gives the place back.</summary>
/// <param name="run">The run of its step.</param>
/// <param name="turns">Of its model.</param>
/// <param name="room">How many of them may wait in this process, if they may rest instead.</param>
/// <param name="waits">Are told its place.</param>
/// <param name="time">The clock.</param>
internal sealed class ImageTurn(SceneImageRun run, ModelTurns turns, int room, SceneWaits waits, TimeProvider time) : IDisposable
{
    /// <summary>
    /// How often a waiting scene checks for a cancel, on an engine that does not report one. No other delay is as long, those of
    /// retries included, so that a test's clock can tell it from them.
    /// </summary>
    public static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(6.25);

    private bool hasPlace;
    private bool isThrottled;

    /// <summary>Whether RunwayML last said that the order waits there until others have ended.</summary>
    public bool IsThrottled
    {
        get => isThrottled;
        set
        {
            if (isThrottled != value)
            {
                isThrottled = value;
                turns.CountThrottled(value ? 1 : -1);
            }
        }
    }

    /// <summary>Waits until the image may be ordered.</summary>
    /// <param name="unanswered">How long RunwayML has been unavailable for the order; null when it is not.</param>
    /// <returns>Whether it had to wait at all.</returns>
    /// <exception cref="SceneEndedException">The task was cancelled, or the turn did not come for hours.</exception>
    /// <exception cref="StillWaitingException">The step's budget is over, or its turn is far off and it rests.</exception>
    public async Task<bool> WaitAsync(TimeSpan? unanswered)
    {
        var mayRest = run.Input.MayRest == true && unanswered is null;
        var (ticket, turn) = turns.Enter(
            run.Input.UserId, time.GetTimestamp() - ToTimestamp(run.QueuedInAll), mayRest ? room : null);
        if (turn is { IsCompleted: true, Result: null })
        {
            hasPlace = true;
            return false;
        }

        run.BeginQueueing();
        waits.Set(run.Input.TaskId, run.Input.SceneNumber, () => run.Waits(WaitingFor.Queued, place: turns.PlaceOf(ticket)));
        try
        {
            await UntilAsync(turn, ticket, unanswered);
            return true;
        }
        finally
        {
            run.EndQueueing();
            waits.Clear(run);
            turns.Leave(ticket);
            hasPlace = turn is { IsCompleted: true, Result: null };
        }
    }

    /// <summary>Takes a place without waiting: the image is ordered already.</summary>
    public void Continue()
    {
        turns.Take(run.Input.UserId);
        hasPlace = true;
    }

    /// <summary>Gives the place back.</summary>
    public void End()
    {
        IsThrottled = false;
        if (hasPlace)
        {
            hasPlace = false;
            turns.Release(run.Input.UserId);
        }
    }

    public void Dispose() => End();

    private async Task UntilAsync(Task<Rest?> turn, FairShare<Waiter>.Ticket ticket, TimeSpan? unanswered)
    {
        while (true)
        {
            if (run.QueuedInAll >= ImageTurns.Longest)
            {
                throw run.Skip(SceneReason.TimedOut, $"Its turn to be ordered did not come within {ImageTurns.Longest.TotalHours} hours.");
            }

            if (!turn.IsCompleted)
            {
                await run.DelayAsync(LookInterval, unless: turn);
            }

            if (turn.IsCompleted)
            {
                if (await turn is { } rest)
                {
                    throw new StillWaitingException(SceneImageNext.Wait, rest: rest.For, place: rest.Place);
                }

                return;
            }

            await run.ThrowIfCancelledAsync();
            if (run.IsStepOver)
            {
                throw new StillWaitingException(SceneImageNext.Wait, unanswered, place: turns.PlaceOf(ticket));
            }
        }
    }

    private long ToTimestamp(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
