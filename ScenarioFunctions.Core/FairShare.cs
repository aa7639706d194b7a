namespace ScenarioFunctions.Core;

/// <summary>
/// Shares places among users by max-min fairness, like the fair schedulers of Hadoop and Spark: a free place goes to the user who
/// has the fewest, and among equals to the one whose first item has waited longest. A user's own items are served in the order
/// in which they began to wait. Not thread-safe.
/// </summary>
public sealed class FairShare<T>
{
    private readonly Dictionary<string, User> users = new(StringComparer.Ordinal);

    /// <summary>The users with waiting items, the next one first.</summary>
    private readonly SortedSet<User> waiting = new(Comparer<User>.Create((a, b) =>
        a.Places != b.Places ? a.Places.CompareTo(b.Places) : Ticket.Order.Compare(a.Tickets.Min!, b.Tickets.Min!)));

    private long added;

    /// <summary>How many places are taken.</summary>
    public int Taken { get; private set; }

    /// <summary>Adds an item that waits for a place.</summary>
    /// <param name="user">Whose share it counts to.</param>
    /// <param name="item">The item.</param>
    /// <param name="since">When it began to wait, on any scale. Of equals, the first one added comes first.</param>
    public Ticket Add(string user, T item, long since = 0)
    {
        var ticket = new Ticket(user, item, since, added++);
        Change(user, one => one.Tickets.Add(ticket));
        return ticket;
    }

    /// <returns>False when it has its place already, or was removed.</returns>
    public bool Remove(Ticket ticket)
    {
        if (users.GetValueOrDefault(ticket.User)?.Tickets.Contains(ticket) != true)
        {
            return false;
        }

        Change(ticket.User, one => one.Tickets.Remove(ticket));
        return true;
    }

    /// <summary>Gives a place to the item whose turn it is.</summary>
    /// <returns>False when none waits.</returns>
    public bool TryServe(out T item)
    {
        if (waiting.Min is not { } next)
        {
            item = default!;
            return false;
        }

        var ticket = next.Tickets.Min!;
        Change(next.Name, one =>
        {
            one.Tickets.Remove(ticket);
            one.Places++;
        });
        Taken++;
        item = ticket.Item;
        return true;
    }

    /// <summary>Takes a place for the user out of turn.</summary>
    public void Take(string user)
    {
        Change(user, one => one.Places++);
        Taken++;
    }

    /// <summary>Gives back a place of the user.</summary>
    public void Release(string user)
    {
        Change(user, one => one.Places--);
        Taken--;
    }

    /// <summary>About how many items are served up to this one, when the users take turns; null when it does not wait.</summary>
    public int? PlaceOf(Ticket ticket)
    {
        if (users.GetValueOrDefault(ticket.User) is not { } user || !user.Tickets.Contains(ticket))
        {
            return null;
        }

        var among = user.Tickets.TakeWhile(one => one != ticket).Count() + 1;
        return waiting.Sum(one => Math.Min(one.Tickets.Count, among));
    }

    /// <summary>The only place where a user's place in the order may change.</summary>
    private void Change(string name, Action<User> change)
    {
        if (!users.TryGetValue(name, out var user))
        {
            users.Add(name, user = new User(name));
        }

        if (user.Tickets.Count > 0)
        {
            waiting.Remove(user);
        }

        change(user);
        if (user.Tickets.Count > 0)
        {
            waiting.Add(user);
        }
        else if (user.Places == 0)
        {
            users.Remove(name);
        }
    }

    private sealed class User(string name)
    {
        public string Name { get; } = name;

        public int Places { get; set; }

        public SortedSet<Ticket> Tickets { get; } = new(Ticket.Order);
    }

    /// <summary>An item that waits, or has waited, for a place.</summary>
    public sealed class Ticket
    {
        internal static readonly Comparer<Ticket> Order = Comparer<Ticket>.Create(
            (a, b) => a.since != b.since ? a.since.CompareTo(b.since) : a.number.CompareTo(b.number));

        private readonly long since;
        private readonly long number;

        internal Ticket(string user, T item, long since, long number) =>
            (User, Item, this.since, this.number) = (user, item, since, number);

        public string User { get; }

        public T Item { get; }
    }
}
