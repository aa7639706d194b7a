using System.Collections.Concurrent;
using System.Diagnostics;
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
/// <param name="room">From which place on it rests, if it may.</param>
/// <param name="waits">Are told its place.</param>
/// <param name="time">The clock.</param>
internal sealed class ImageTurn(SceneImageRun run, ModelTurns turns, int room, SceneWaits waits, TimeProvider time) : IDisposable
{
    /// <summary>
    /// How often a waiting scene looks whether its task was cancelled, for an engine that does not tell. No other delay is as long,
    /// those of retries included, so that a test's clock can tell it from them.
    /// </summary>
    public static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(6.25);

    private static readonly TimeSpan ShortestRest = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(4);

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
        var (ticket, turn) = turns.Enter(run.Input.UserId, time.GetTimestamp() - ToTimestamp(run.QueuedInAll));
        if (turn.IsCompleted)
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
            hasPlace = !turns.Leave(ticket);
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

    private async Task UntilAsync(Task turn, FairShare<TaskCompletionSource>.Ticket ticket, TimeSpan? unanswered)
    {
        while (true)
        {
            if (run.QueuedInAll >= ImageTurns.Longest)
            {
                throw run.Skip(SceneReason.TimedOut, $"Its turn to be ordered did not come within {ImageTurns.Longest.TotalHours} hours.");
            }

            if (run.Input.MayRest == true && unanswered is null && turns.PlaceOf(ticket) > room)
            {
                throw new StillWaitingException(SceneImageNext.Wait, rest: NextRest());
            }

            await run.DelayAsync(LookInterval, unless: turn);
            if (turn.IsCompleted)
            {
                return;
            }

            await run.ThrowIfCancelledAsync();
            if (run.IsStepOver)
            {
                throw new StillWaitingException(SceneImageNext.Wait, unanswered);
            }
        }
    }

    /// <summary>Half of the time that it has waited so far, within limits, changed at random by up to 20 %.</summary>
    private TimeSpan NextRest()
    {
        var seconds = Math.Clamp(run.QueuedInAll.TotalSeconds / 2, ShortestRest.TotalSeconds, LongestRest.TotalSeconds);
        return TimeSpan.FromSeconds(seconds * (0.8 + (Random.Shared.NextDouble() * 0.4)));
    }

    private long ToTimestamp(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}

/// <summary>The turns of one model.</summary>
internal sealed class ModelTurns(string model, IImageGenerator generator, TimeProvider time)
{
    /// <summary>When RunwayML does not say it: that of its highest published tier.</summary>
    private const int UsualConcurrency = 20;

    /// <summary>The other images wait for the answer no longer than this.</summary>
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(6);

    /// <summary>A tier seldom changes.</summary>
    private static readonly TimeSpan AskInterval = TimeSpan.FromMinutes(5);

    private readonly Lock gate = new();
    private readonly FairShare<TaskCompletionSource> queue = new();
    private int? concurrency;
    private int throttled;
    private long? askedAt;

    /// <summary>
    /// So many orders wait at RunwayML, so that it has the next one at hand when an image is done: a poll later, this service knows
    /// of that.
    /// </summary>
    private int Ahead => Math.Max(1, (concurrency ?? 1) / 4);

    /// <summary>Queues, and serves whoever is next.</summary>
    public (FairShare<TaskCompletionSource>.Ticket Ticket, Task Turn) Enter(string user, long since)
    {
        AskWhenDue();
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return (Change(() => queue.Add(user, turn, since)), turn.Task);
    }

    /// <returns>False when its turn has come, so that it has a place.</returns>
    public bool Leave(FairShare<TaskCompletionSource>.Ticket ticket) => Change(() => queue.Remove(ticket));

    public int? PlaceOf(FairShare<TaskCompletionSource>.Ticket ticket)
    {
        lock (gate)
        {
            return queue.PlaceOf(ticket);
        }
    }

    public void Take(string user) => Change(() =>
    {
        queue.Take(user);
        return true;
    });

    public void Release(string user) => Change(() =>
    {
        queue.Release(user);
        return true;
    });

    public void CountThrottled(int change) => Change(() => throttled += change);

    /// <summary>
    /// Serves as many as may be ordered after the change. When more are throttled than were ordered ahead, others use the same
    /// account: another instance of the service, or another program.
    /// </summary>
    private T Change<T>(Func<T> change)
    {
        lock (gate)
        {
            var result = change();
            while (queue.Taken < (concurrency ?? 1) + Ahead && throttled <= Ahead && queue.TryServe(out var next))
            {
                next.SetResult();
            }

            return result;
        }
    }

    private void AskWhenDue()
    {
        lock (gate)
        {
            if (askedAt is { } at && time.GetElapsedTime(at) < AskInterval)
            {
                return;
            }

            askedAt = time.GetTimestamp();
        }

        using (ExecutionContext.SuppressFlow())
        {
            _ = AskAsync();
        }
    }

    /// <summary>Asks RunwayML how many images of the model it makes at once. Nobody waits for the answer.</summary>
    private async Task AskAsync()
    {
        Activity.Current = null; // it belongs to no task's trace
        int? limit = null;
        try
        {
            using var patience = new CancellationTokenSource(AskTimeout, time);
            limit = await generator.FindConcurrencyAsync(model, patience.Token);
        }
        catch (Exception exception) when (exception is ImageServiceException or OperationCanceledException)
        {
            // Orders report what is wrong with RunwayML.
        }

        Change(() => concurrency = limit is null ? concurrency ?? UsualConcurrency : Math.Max(1, limit.Value));
    }
}
