using System.Collections.Concurrent;

namespace ScenarioFunctions.Core;

/// <summary>
/// Limits repeated log lines to one per fault and minute, with the number of times it happened since the last line. An outage
/// then writes a few lines instead of thousands.
/// </summary>
public sealed class FaultLog(TimeProvider time)
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Entry> entries = new(StringComparer.Ordinal);

    /// <param name="fault">The kind of fault. Use few different values: each is kept in memory.</param>
    /// <param name="count">How often it has happened since its last line, including now.</param>
    /// <returns>Whether to write a line now.</returns>
    public bool IsDue(string fault, out int count)
    {
        var entry = entries.GetOrAdd(fault, _ => new Entry());
        lock (entry)
        {
            count = ++entry.Count;
            var isDue = entry.LoggedAt is not { } loggedAt || time.GetElapsedTime(loggedAt) >= Interval;
            if (isDue)
            {
                entry.LoggedAt = time.GetTimestamp();
                entry.Count = 0;
            }

            return isDue;
        }
    }

    private sealed class Entry
    {
        public long? LoggedAt { get; set; }

        public int Count { get; set; }
    }
}
