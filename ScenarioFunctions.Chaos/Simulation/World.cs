using System.Runtime.CompilerServices;

namespace ScenarioFunctions.Chaos.Simulation;

/// <summary>
/// The time, the luck and the order of events of one seed. Whatever waits, waits for one of these events, and they
/// happen one after the other: nothing depends on the machine's clock or on how busy it is.
/// </summary>
internal sealed class World(int seed, TextWriter? trace)
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<WorldEvent, (long At, int Lot, long Order)> events = new();
    private long scheduled;

    public Random Random { get; } = new(seed);

    public TimeSpan Now { get; private set; }

    /// <summary>In whose memory the last event was.</summary>
    public Host? LastHost { get; private set; }

    /// <summary>Of all that has happened: two runs of one seed must have the same.</summary>
    public ulong Fingerprint { get; private set; } = 14695981039346656037;

    /// <summary>Whether somebody reads along.</summary>
    public bool IsTraced => trace is not null;

    /// <param name="delay">From now.</param>
    /// <param name="host">Whose memory it is in: it does not happen once that host is dead. Null for the world outside.</param>
    /// <param name="happen">What happens.</param>
    public WorldEvent After(TimeSpan delay, Host? host, Action happen)
    {
        var entry = new WorldEvent(host, happen);
        Enqueue(entry, Now + (delay > TimeSpan.Zero ? delay : TimeSpan.Zero));
        return entry;
    }

    /// <summary>Lets the next event happen. Of those that are due at once, a lot decides.</summary>
    /// <returns>False when there is none left.</returns>
    public bool Step()
    {
        while (events.TryDequeue(out var next, out var key))
        {
            if (!next.IsDue)
            {
                continue;
            }

            LastHost = next.Host;
            Now = TimeSpan.FromTicks(key.At);
            Fingerprint = ((Fingerprint ^ (ulong)key.At) * 1099511628211) ^ (ulong)key.Order;
            next.Happen();
            return true;
        }

        return false;
    }

    public Task DelayAsync(TimeSpan delay)
    {
        var over = new TaskCompletionSource();
        After(delay, null, over.SetResult);
        return over.Task;
    }

    public bool Chance(double probability) => probability > 0 && Random.NextDouble() < probability;

    public TimeSpan Between(TimeSpan least, TimeSpan most) => least + ((most - least) * Random.NextDouble());

    public void Tell(string who, [InterpolatedStringHandlerArgument("")] TraceText what) =>
        trace?.WriteLine($"{Now.TotalSeconds,10:0.000} s  {who,-8}  {what.ToString()}");

    private void Enqueue(WorldEvent entry, TimeSpan at) => events.Enqueue(entry, (at.Ticks, Random.Next(), scheduled++));
}

/// <summary>Something that will happen, unless it is called off or its host dies.</summary>
internal sealed class WorldEvent(Host? host, Action happen)
{
    private Action? act = happen;

    public Host? Host => host;

    public bool IsDue => act is not null && host is not { IsDead: true };

    public void CallOff() => act = null;

    public void Happen()
    {
        var once = act!;
        act = null;
        once();
    }
}
