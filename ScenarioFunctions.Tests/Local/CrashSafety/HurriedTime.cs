namespace ScenarioFunctions.Tests.Local.CrashSafety;

/// <summary>The system's clock, but waits are 20 times as short; its time of day may jump.</summary>
internal sealed class HurriedTime(Func<TimeSpan>? jump = null) : TimeProvider
{
    private const int Factor = 20;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + (jump?.Invoke() ?? TimeSpan.Zero);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new HurriedTimer(System.CreateTimer(callback, state, Hurried(dueTime), Hurried(period)));

    private static TimeSpan Hurried(TimeSpan wait) => wait > TimeSpan.Zero ? wait / Factor : wait;

    private sealed class HurriedTimer(ITimer inner) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(Hurried(dueTime), Hurried(period));

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
