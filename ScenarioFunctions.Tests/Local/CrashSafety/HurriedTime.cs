using System.Collections.Concurrent;
using ScenarioFunctions.Core.Runway;

namespace ScenarioFunctions.Tests.Local.CrashSafety;

/// <summary>
/// The system's clock, but waits are 20 times as short; its time of day may jump. RunwayML's timeouts stay as they
/// are, so that a busy machine meets none by itself: a test lets them pass.
/// </summary>
internal sealed class HurriedTime(Func<TimeSpan>? jump = null) : TimeProvider
{
    public const int Factor = 20;

    private static readonly TimeSpan[] Timeouts = [RunwayResilience.ApiAttemptTimeout, RunwayResilience.DownloadAttemptTimeout];

    private readonly ConcurrentDictionary<HurriedTimer, bool> timeouts = new();

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + (jump?.Invoke() ?? TimeSpan.Zero);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new HurriedTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Ends every call to RunwayML that is under way, as its timeout would.</summary>
    public void PassTimeouts()
    {
        foreach (var timer in timeouts.Keys)
        {
            timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    private sealed class HurriedTimer : ITimer
    {
        private readonly HurriedTime time;
        private readonly ITimer inner;

        public HurriedTimer(HurriedTime time, TimerCallback callback, object? state)
        {
            this.time = time;
            inner = System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var isTimeout = Timeouts.Contains(dueTime);
            if (isTimeout)
            {
                time.timeouts[this] = true;
            }
            else
            {
                time.timeouts.TryRemove(this, out _);
            }

            return inner.Change(isTimeout ? dueTime : Hurried(dueTime), Hurried(period));
        }

        public void Dispose()
        {
            time.timeouts.TryRemove(this, out _);
            inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private static TimeSpan Hurried(TimeSpan wait) => wait > TimeSpan.Zero ? wait / Factor : wait;
    }
}
