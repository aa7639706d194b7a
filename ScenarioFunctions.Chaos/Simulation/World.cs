using System.Runtime.CompilerServices;

namespace ScenarioFunctions.Chaos.Simulation;

/// <summary>
/// The time, the randomness and the order of events of one seed. All waits are for these events, and events happen one after
/// the other, so nothing depends on the machine's clock or load.
/// </summary>
internal sealed class World(int seed, TextWriter? trace)
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<WorldEvent, (long At, int Lot, long Order)> events = new();
    private long scheduled;

    public Random Random { get; } = new(seed);

    public TimeSpan Now { get; private set; }

    /// <summary>The host of the last event.</summary>
    public Host? LastHost { get; private set; }

    /// <summary>A hash of everything that has happened: two runs of one seed must have the same.</summary>
    public ulong Fingerprint { get; private set; } = 14695981039346656037;

    /// <summary>Whether a trace is written.</summary>
    public bool IsTraced => trace is not null;

    /// <param name="delay">From now.</param>
    /// <param name="host">The event is dropped when this host is dead; null for events outside the hosts.</param>
    /// <param name="happen">The event.</param>
    public WorldEvent After(TimeSpan delay, Host? host, Action happen)
    {
        var entry = new WorldEvent(host, happen);
        Enqueue(entry, Now + (delay > TimeSpan.Zero ? delay : TimeSpan.Zero));
        return entry;
    }

    /// <summary>Runs the next event. Among events that are due at the same time, one is chosen at random.</summary>
    /// <returns>False when there are no more events.</returns>
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

/// <summary>An event in the future. It can be cancelled, and it is dropped when its host dies.</summary>
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
