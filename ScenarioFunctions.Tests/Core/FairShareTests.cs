using FsCheck;
using FsCheck.Fluent;
using ScenarioFunctions.Core;

namespace ScenarioFunctions.Tests.Core;

public sealed class FairShareTests
{
    private static readonly string[] Users = ["ann", "bob", "cem", "dao"];

    /// <summary>Kinds of acts: 0 to 3 add an item, 4 and 5 serve, 6 gives a place back, 7 removes an item that waits.</summary>
    private static readonly Gen<(int Kind, int User, int Since)[]> Acts = (
        from kind in Gen.Choose(0, 7)
        from user in Gen.Choose(0, Users.Length - 1)
        from since in Gen.Choose(0, 5)
        select (kind, user, since)).ArrayOf(60);

    [Fact]
    public void Whatever_happens_the_next_one_is_the_oldest_of_the_users_with_the_fewest_places_and_each_knows_its_place() =>
        Prop.ForAll(Arb.From(Acts), acts => new Model().Run(acts, false) && new Model().Run(acts, true))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void A_user_who_comes_late_is_served_before_the_queue_of_another()
    {
        var share = new FairShare<int>();
        for (var i = 0; i < 990; i++)
        {
            share.Add("ann", i);
        }

        for (var i = 0; i < 20; i++)
        {
            Assert.True(share.TryServe(out _));
        }

        var tickets = Enumerable.Range(2001, 4).Select(item => share.Add("bob", item)).ToList();
        Assert.Equal([2, 4, 6, 8], tickets.Select(share.PlaceOf));

        for (var i = 0; i < 4; i++)
        {
            share.Release("ann");
            Assert.True(share.TryServe(out var item));
            Assert.Equal(2001 + i, item);
        }
    }

    /// <summary>New users come all the time, each with one item; the one who has waited longest is served nevertheless.</summary>
    [Fact]
    public void Nobody_is_passed_over_forever()
    {
        var share = new FairShare<string>();
        share.Add("first", "first");
        Assert.True(share.TryServe(out _));
        share.Add("first", "waits", since: 1);
        for (var i = 2; ; i++)
        {
            share.Add($"new {i}", $"new {i}", since: i);
            share.Release(i == 2 ? "first" : $"new {i - 1}");
            Assert.True(share.TryServe(out var item));
            if (item == "waits")
            {
                Assert.Equal(2, i);
                return;
            }
        }
    }

    /// <summary>A plain list with the rule as one sorting.</summary>
    private sealed class Model
    {
        private readonly FairShare<int> share = new();
        private readonly List<(int Item, string User, int Since, FairShare<int>.Ticket Ticket)> waiting = [];
        private readonly Dictionary<string, int> places = Users.ToDictionary(user => user, _ => 0);
        private int items;

        /// <param name="acts">What happens.</param>
        /// <param name="alwaysAsksForPlaces">Or only after some acts, as others may follow before anybody asks.</param>
        public bool Run((int Kind, int User, int Since)[] acts, bool alwaysAsksForPlaces) =>
            acts.All(act => Act(act.Kind, Users[act.User], act.Since) && (!(alwaysAsksForPlaces || act.Since == 0) || HasRightPlaces()));

        /// <summary>Of a user with fewer items than this one's rank among its user's, all are served up to it. The last one is the longest queue's.</summary>
        private bool HasRightPlaces()
        {
            var byUser = waiting.GroupBy(one => one.User)
                .Select(own => own.OrderBy(one => one.Since).ThenBy(one => one.Item).ToList()).ToList();
            var longest = byUser.OrderBy(own => own.Count).ThenBy(own => own[^1].Since).ThenBy(own => own[^1].Item).LastOrDefault();
            return share.Waiting == waiting.Count && share.Last == longest?[^1].Ticket && byUser.All(own => own.Index().All(one =>
                share.PlaceOf(one.Item.Ticket) == byUser.Sum(other => Math.Min(other.Count, one.Index + 1))));
        }

        private bool Act(int kind, string user, int since)
        {
            switch (kind)
            {
                case <= 3:
                    var item = items++;
                    waiting.Add((item, user, since, share.Add(user, item, since)));
                    return true;
                case <= 5:
                    return Serve();
                case 6 when places[user] > 0:
                    places[user]--;
                    share.Release(user);
                    return share.Taken == places.Values.Sum();
                case 7 when waiting.Count > 0:
                    var gone = waiting[since % waiting.Count];
                    waiting.Remove(gone);
                    return share.Remove(gone.Ticket) && !share.Remove(gone.Ticket) && share.PlaceOf(gone.Ticket) is null;
                default:
                    return true;
            }
        }

        private bool Serve()
        {
            var served = share.TryServe(out var item);
            if (waiting.Count == 0)
            {
                return !served;
            }

            // A user's own order is by the time since when they wait; the users' order also by their first item's.
            var next = waiting.OrderBy(one => places[one.User]).ThenBy(one => one.Since).ThenBy(one => one.Item).First();
            waiting.Remove(next);
            places[next.User]++;
            return served && item == next.Item && share.Taken == places.Values.Sum();
        }
    }
}
