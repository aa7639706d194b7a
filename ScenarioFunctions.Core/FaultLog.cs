using System.Collections.Concurrent;

namespace ScenarioFunctions.Core;

/// <summary>
/// Lets one log line per fault and minute through, with the number of times since the last one: an outage is a few
/// lines, not thousands.
/// </summary>
public sealed class FaultLog(TimeProvider time)
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Entry> entries = new(StringComparer.Ordinal);

    /// <param name="fault">Names the kind of fault: few different values, as each is kept.</param>
    /// <param name="count">How often it came since its last line, this time included.</param>
    /// <returns>Whether to write a line.</returns>
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
