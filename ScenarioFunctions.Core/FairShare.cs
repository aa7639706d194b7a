using System.Runtime.InteropServices;

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

    /// <summary>The same users, the one with the most waiting items last; of equals, the one whose last item came last.</summary>
    private readonly SortedSet<User> longest = new(Comparer<User>.Create((a, b) =>
        a.Tickets.Count != b.Tickets.Count ? a.Tickets.Count.CompareTo(b.Tickets.Count) : Ticket.Order.Compare(a.Tickets.Max!, b.Tickets.Max!)));

    /// <summary>At index k: how many users have more than k waiting items.</summary>
    private readonly List<int> usersWithMore = [];

    private long added;

    /// <summary>How many places are taken.</summary>
    public int Taken { get; private set; }

    /// <summary>How many items wait.</summary>
    public int Waiting { get; private set; }

    /// <summary>About the one that is served last: the last one of the user with the most. Null when none waits.</summary>
    public Ticket? Last => longest.Max?.Tickets.Max;

    /// <summary>Adds an item that waits for a place.</summary>
    /// <param name="user">Whose share it counts to.</param>
    /// <param name="item">The item.</param>
    /// <param name="since">When it began to wait, on any scale. Of equals, the first one added comes first.</param>
    public Ticket Add(string user, T item, long since = 0)
    {
        var ticket = new Ticket(user, item, since, added++);
        Change(user, one => one.Add(ticket));
        return ticket;
    }

    /// <returns>False when it has its place already, or was removed.</returns>
    public bool Remove(Ticket ticket)
    {
        if (users.GetValueOrDefault(ticket.User)?.Tickets.Contains(ticket) != true)
        {
            return false;
        }

        Change(ticket.User, one => one.Remove(ticket));
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
            one.Remove(ticket);
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

    /// <summary>
    /// About how many items are served up to this one, when the users take turns; null when it does not wait. Cheap, as it is asked
    /// for each waiting item of each task that somebody reads.
    /// </summary>
    public int? PlaceOf(Ticket ticket)
    {
        if (users.GetValueOrDefault(ticket.User) is not { } user || !user.Tickets.Contains(ticket))
        {
            return null;
        }

        // Up to here, each user has been served as many items as this one, or all that they have.
        var place = 0;
        foreach (var count in CollectionsMarshal.AsSpan(usersWithMore)[..user.RankOf(ticket)])
        {
            place += count;
        }

        return place;
    }

    /// <summary>The only place where a user's place in the order may change.</summary>
    private void Change(string name, Action<User> change)
    {
        if (!users.TryGetValue(name, out var user))
        {
            users.Add(name, user = new User(name));
        }

        var before = user.Tickets.Count;
        if (before > 0)
        {
            waiting.Remove(user);
            longest.Remove(user);
        }

        change(user);
        Count(before, user.Tickets.Count);
        if (user.Tickets.Count > 0)
        {
            waiting.Add(user);
            longest.Add(user);
        }
        else if (user.Places == 0)
        {
            users.Remove(name);
        }
    }

    /// <summary>A user has one waiting item more, or one less, or as many as before.</summary>
    private void Count(int before, int after)
    {
        Waiting += after - before;
        if (after > before)
        {
            if (usersWithMore.Count == before)
            {
                usersWithMore.Add(0);
            }

            usersWithMore[before]++;
        }
        else if (after < before)
        {
            usersWithMore[after]--;
        }
    }

    private sealed class User(string name)
    {
        private bool isNumbered = true;

        public string Name { get; } = name;

        public int Places { get; set; }

        public SortedSet<Ticket> Tickets { get; } = new(Ticket.Order);

        /// <summary>Nearly always the last one: then the others keep their indexes.</summary>
        public void Add(Ticket ticket)
        {
            var last = Tickets.Max;
            Tickets.Add(ticket);
            ticket.Index = (last?.Index ?? 0) + 1;
            isNumbered &= Tickets.Max == ticket;
        }

        /// <summary>Nearly always the first one: then the others keep their indexes, without a gap.</summary>
        public void Remove(Ticket ticket)
        {
            isNumbered &= Tickets.Min == ticket || Tickets.Max == ticket;
            Tickets.Remove(ticket);
        }

        /// <returns>From 1.</returns>
        public int RankOf(Ticket ticket)
        {
            if (!isNumbered)
            {
                foreach (var (index, one) in Tickets.Index())
                {
                    one.Index = index;
                }

                isNumbered = true;
            }

            return (int)(ticket.Index - Tickets.Min!.Index) + 1;
        }
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

        /// <summary>Numbers the waiting items of its user from any number on, in their order.</summary>
        internal long Index { get; set; }
    }
}
