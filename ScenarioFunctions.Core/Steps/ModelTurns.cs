using System.Diagnostics;
using ScenarioFunctions.Core.Runway;

namespace ScenarioFunctions.Core.Steps;

/// <summary>The turns of one model.</summary>
internal sealed class ModelTurns(string model, IImageGenerator generator, TimeProvider time)
{
    /// <summary>When RunwayML does not say it: that of its highest published tier.</summary>
    private const int UsualConcurrency = 20;

    /// <summary>The other images wait for the answer no longer than this.</summary>
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(6);

    /// <summary>A tier seldom changes.</summary>
    private static readonly TimeSpan AskInterval = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan ShortestRest = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(4);

    /// <summary>
    /// How many rests end in a second, unless more images rest than the longest rest has room for. Each costs two turns of an
    /// orchestrator. RunwayML's highest tier makes fewer images.
    /// </summary>
    private const double RestsEndPerSecond = 10;

    private readonly Lock gate = new();
    private readonly FairShare<Waiter> queue = new();

    /// <summary>By when their rests end.</summary>
    private readonly PriorityQueue<bool, long> resting = new();

    private int? concurrency;

    /// <summary>Less than the concurrency when others order with the same account: another instance of the service, or another program.</summary>
    private double share = double.MaxValue;

    private int throttled;
    private long? askedAt;

    /// <summary>How many of this process's orders RunwayML makes at once.</summary>
    private int Share => (int)Math.Min(share, concurrency ?? 1);

    /// <summary>
    /// How much the share grows with each image: by an eighth of the concurrency per round of images, so that a process with a small share
    /// catches up. Faster growth makes several processes order too much when many images end together.
    /// </summary>
    private double Growth => Math.Min(1, (concurrency ?? 1) / (8.0 * Share));

    /// <summary>
    /// So many orders wait at RunwayML, so that it has the next one at hand when an image is done: a poll later, this service knows
    /// of that.
    /// </summary>
    private int Ahead => Math.Max(1, Share / 4);

    /// <summary>Queues, and serves whoever is next.</summary>
    /// <param name="user">Whose image it is.</param>
    /// <param name="since">When it began to wait.</param>
    /// <param name="room">How many may wait here; null for an image that must not rest.</param>
    /// <returns>Its turn: without a result that says otherwise, it has a place. It may have to rest at any time.</returns>
    public (FairShare<Waiter>.Ticket Ticket, Task<Rest?> Turn) Enter(string user, long since, int? room)
    {
        AskWhenDue();
        var waiter = new Waiter(since, MayRest: room is not null);
        lock (gate)
        {
            var ticket = queue.Add(user, waiter, since);
            Serve();
            while (queue.Waiting > room && queue.Last is { Item.MayRest: true } last)
            {
                var rest = NextRest(time.GetElapsedTime(last.Item.Since), queue.PlaceOf(last)!.Value);
                queue.Remove(last);
                last.Item.Turn.SetResult(rest);
            }

            return (ticket, waiter.Turn.Task);
        }
    }

    /// <summary>Gives up waiting, unless its turn has come.</summary>
    public void Leave(FairShare<Waiter>.Ticket ticket) => Change(() => queue.Remove(ticket));

    public int? PlaceOf(FairShare<Waiter>.Ticket ticket)
    {
        lock (gate)
        {
            return queue.PlaceOf(ticket);
        }
    }

    public void Take(string user) => Change(() => queue.Take(user));

    /// <summary>An image has ended. If none waits at RunwayML, this process gets a greater share.</summary>
    public void Release(string user) => Change(() =>
    {
        queue.Release(user);
        if (throttled == 0)
        {
            share += Growth;
        }
    });

    /// <summary>When more are throttled than were ordered ahead, RunwayML makes only the others at once.</summary>
    public void CountThrottled(int change) => Change(() =>
    {
        throttled += change;
        if (change > 0 && throttled > Ahead)
        {
            share = Math.Min(share, Math.Max(1, queue.Taken - throttled));
        }
    });

    private void Change(Action change)
    {
        lock (gate)
        {
            change();
            Serve();
        }
    }

    /// <summary>Serves as many as may be ordered now. The caller has the lock.</summary>
    private void Serve()
    {
        while (queue.Taken < Share + Ahead && throttled <= Ahead && queue.TryServe(out var next))
        {
            next.Turn.SetResult(null);
        }
    }

    /// <summary>
    /// Half of the time that it has waited so far, within limits, and changed at random by up to 20 %. It is longer while many rest:
    /// if the rests of a thousand images that were posted together ended together, their steps would take all places at that moment.
    /// </summary>
    private Rest NextRest(TimeSpan queued, int place)
    {
        var now = time.GetTimestamp();
        while (resting.TryPeek(out _, out var end) && end <= now)
        {
            resting.Dequeue();
        }

        place += resting.Count;
        var least = ShortestRest.TotalSeconds + (resting.Count / RestsEndPerSecond);
        var seconds = Math.Min(Math.Max(queued.TotalSeconds / 2, least), LongestRest.TotalSeconds);
        var rest = Jitter.Of(TimeSpan.FromSeconds(seconds));
        resting.Enqueue(true, now + (long)(rest.TotalSeconds * time.TimestampFrequency));
        return new Rest(rest, place);
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

/// <summary>An image that waits for its turn.</summary>
/// <param name="Since">When it began to wait.</param>
/// <param name="MayRest">Whether it may have to rest instead.</param>
internal sealed record Waiter(long Since, bool MayRest)
{
    /// <summary>Without a result when it has its place.</summary>
    public TaskCompletionSource<Rest?> Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>An image does not wait here any longer, as its turn is far off.</summary>
/// <param name="For">How long.</param>
/// <param name="Place">About how many images are ordered up to it, as far as this process knows.</param>
internal sealed record Rest(TimeSpan For, int Place);
