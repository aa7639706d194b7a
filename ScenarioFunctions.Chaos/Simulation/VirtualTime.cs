namespace ScenarioFunctions.Chaos.Simulation;

/// <summary>The world's time for one host. The host's timers end with it.</summary>
internal sealed class VirtualTime(World world, Host host) : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => World.Start + world.Now;

    public override long GetTimestamp() => world.Now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(world, host, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class VirtualTimer(World world, Host host, Action callback) : ITimer
    {
        private WorldEvent? next;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            next?.CallOff();
            next = dueTime == Timeout.InfiniteTimeSpan ? null : world.After(dueTime, host, () =>
            {
                if (period > TimeSpan.Zero)
                {
                    Change(period, period);
                }

                callback();
            });
            return true;
        }

        public void Dispose() => next?.CallOff();

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
