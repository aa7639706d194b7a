namespace ScenarioFunctions.Core.Runway;

/// <summary>
/// A time of day that runs evenly from the moment this was made, even when somebody sets the system's clock. The circuit
/// breaker uses the time of day: with the system's own clock, setting it back by two hours would keep the breaker open for two
/// hours.
/// </summary>
internal sealed class MonotonicTime(TimeProvider time) : TimeProvider
{
    private readonly DateTimeOffset startedAt = time.GetUtcNow();
    private readonly long startTimestamp = time.GetTimestamp();

    public override long TimestampFrequency => time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => startedAt + time.GetElapsedTime(startTimestamp);

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        time.CreateTimer(callback, state, dueTime, period);
}
