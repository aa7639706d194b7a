namespace ScenarioFunctions.Tests.Local.Engine.Interleavings;

/// <summary>
/// What is ready to run in one life of the engine: continuations, timers, writes and steps. One of them runs at a time,
/// on the test's thread; which, the seed says.
/// </summary>
internal sealed class Schedule(Random random) : SynchronizationContext
{
    private readonly List<Action> ready = [];
    private readonly List<Timer> timers = [];

    public bool HasReady => ready.Count > 0;

    public bool HasTimers => timers.Count > 0;

    public TimeProvider Time => new Clock(this);

    /// <summary>The time of day; each timer that runs takes it on.</summary>
    public DateTimeOffset Now { get; private set; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public override void Post(SendOrPostCallback d, object? state) => ready.Add(() => d(state));

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs <paramref name="act"/> as a thread of this life would.</summary>
    public void Run(Action act)
    {
        var outer = Current;
        SetSynchronizationContext(this);
        try
        {
            act();
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
    }

    public void RunReady() => Run(random.Take(ready));

    public void RunTimer()
    {
        var timer = random.Take(timers);
        Now += timer.Due;
        Run(timer.Fire);
    }

    private sealed class Clock(Schedule schedule) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => schedule.Now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Timer(schedule, () => callback(state));
            timer.Change(dueTime, period);
            return timer;
        }
    }

    private sealed class Timer(Schedule schedule, Action fire) : ITimer
    {
        public TimeSpan Due { get; private set; }

        public Action Fire => fire;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            schedule.timers.Remove(this);
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                Due = dueTime;
                schedule.timers.Add(this);
            }

            return true;
        }

        public void Dispose() => schedule.timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

internal static class RandomExtensions
{
    public static bool Chance(this Random random, double probability) => random.NextDouble() < probability;

    /// <summary>Removes any one.</summary>
    public static T Take<T>(this Random random, List<T> items)
    {
        var index = random.Next(items.Count);
        var item = items[index];
        items.RemoveAt(index);
        return item;
    }
}
