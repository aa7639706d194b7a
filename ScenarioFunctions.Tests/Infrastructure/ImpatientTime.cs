using System.Collections.Concurrent;

namespace ScenarioFunctions.Tests.Infrastructure;

/// <summary>
/// A clock for code that waits between tries: a delay is over at once, and the clock then shows the time waited. Timeouts (timers
/// of a <see cref="CancellationTokenSource"/>), and delays as long as one of <paramref name="held"/>, are due only when the test
/// says so. A delay that happens to be as long as a timeout is not held.
/// </summary>
internal sealed class ImpatientTime(params TimeSpan[] held) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly ConcurrentQueue<TimeSpan> waits = new();
    private readonly ConcurrentDictionary<HeldTimer, TimeSpan> heldTimers = new();
    private DateTimeOffset now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private TimeSpan set;

    /// <summary>The delays that were not held, in order.</summary>
    public IReadOnlyList<TimeSpan> Waits => [.. waits];

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            return now + set;
        }
    }

    public override long GetTimestamp()
    {
        lock (gate)
        {
            return now.UtcTicks;
        }
    }

    /// <summary>Sets the time of day, which moves no timestamp.</summary>
    public void Set(TimeSpan by)
    {
        lock (gate)
        {
            set += by;
        }
    }

    public void Advance(TimeSpan by)
    {
        lock (gate)
        {
            now += by;
        }
    }

    /// <summary>Fires the held timers of that length.</summary>
    public void Fire(TimeSpan length)
    {
        foreach (var timer in heldTimers.Where(timer => timer.Value == length).Select(timer => timer.Key))
        {
            timer.Fire();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new HeldTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private void Start(HeldTimer timer, TimeSpan due)
    {
        if (due == Timeout.InfiniteTimeSpan)
        {
            heldTimers.TryRemove(timer, out _);
        }
        else if (timer.IsTimeout || held.Contains(due))
        {
            heldTimers[timer] = due;
        }
        else
        {
            waits.Enqueue(due);
            Advance(due);
            ThreadPool.QueueUserWorkItem(_ => timer.Fire());
        }
    }

    private sealed class HeldTimer(ImpatientTime time, TimerCallback callback, object? state) : ITimer
    {
        public bool IsTimeout => state is CancellationTokenSource;

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            time.Start(this, dueTime);
            return true;
        }

        public void Dispose() => time.heldTimers.TryRemove(this, out _);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
