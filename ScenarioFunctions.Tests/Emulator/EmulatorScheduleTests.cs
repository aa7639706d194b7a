using FsCheck;
using FsCheck.Fluent;
using ScenarioFunctions.Emulator;

namespace ScenarioFunctions.Tests.Emulator;

public sealed class EmulatorScheduleTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void No_more_run_at_any_instant_than_may() => Check((concurrency, acts) =>
    {
        var slices = Play(concurrency, acts).Where(played => played.Start < played.End).ToList();
        return slices.All(at => slices.Count(other => other.Start <= at.Start && at.Start < other.End) <= concurrency);
    });

    [Fact]
    public void Turns_come_in_the_order_of_creation() => Check((concurrency, acts) =>
    {
        var starts = Play(concurrency, acts).Where(played => played.Start is not null).Select(played => played.Start!.Value).ToList();
        return starts.SequenceEqual(starts.Order());
    });

    [Fact]
    public void None_waits_while_a_slot_is_free() => Check((concurrency, acts) =>
    {
        var all = Play(concurrency, acts);
        return all.Where(played => played.Start > played.CreatedAt).All(waited =>
            all.Count(other => other.Start < waited.Start && other.End >= waited.Start) >= concurrency);
    });

    [Fact]
    public void Each_that_was_not_cancelled_runs_for_its_whole_time() => Check((concurrency, acts) =>
        Play(concurrency, acts).All(played => played.Cancelled || played.End - played.Start == played.Duration));

    [Fact]
    public void Being_asked_changes_nothing() => Check((concurrency, acts) =>
        Play(concurrency, acts).SequenceEqual(Play(concurrency, acts, askInBetween: true)));

    [Fact]
    public void A_cancel_in_the_queue_lets_the_next_one_move_up()
    {
        var schedule = new EmulatorSchedule(1);
        var (first, second, third) = (Generation(0, 10), Generation(0, 10), Generation(0, 10));
        schedule.Add(first);
        schedule.Add(second);
        var run = schedule.Add(third);

        schedule.Cancel(second.Id, Noon.AddMilliseconds(5));

        Assert.Null(schedule.Find(second.Id, Noon.AddMilliseconds(5)));
        schedule.Find(third.Id, Noon.AddMilliseconds(10));
        Assert.Equal(Noon.AddMilliseconds(10), run.StartedAt);
    }

    [Fact]
    public void What_has_ended_is_forgotten()
    {
        var schedule = new EmulatorSchedule(2);
        var generation = Generation(0, 10);
        schedule.Add(generation);

        Assert.NotNull(schedule.Find(generation.Id, Noon.AddMilliseconds(9)));
        Assert.Null(schedule.Find(generation.Id, Noon.AddMilliseconds(10)));
        Assert.Equal(0, schedule.CountOpen(Noon.AddMilliseconds(10)));
    }

    /// <summary>For 1 to 4 slots, and up to some hundred acts, each some milliseconds after the last.</summary>
    private static void Check(Func<int, Act[], bool> holds)
    {
        var act = from gap in Gen.Choose(0, 20)
                  from duration in Gen.Choose(0, 60)
                  from cancels in Gen.Choose(0, 3)
                  from which in Gen.Choose(0, 1000)
                  select new Act(gap, duration, cancels == 0, which);
        var plays = from concurrency in Gen.Choose(1, 4)
                    from acts in act.ArrayOf()
                    select (concurrency, acts);
        Prop.ForAll(plays.ToArbitrary(), play => holds(play.concurrency, play.acts)).QuickCheckThrowOnFailure();
    }

    private static List<Played> Play(int concurrency, Act[] acts, bool askInBetween = false)
    {
        var schedule = new EmulatorSchedule(concurrency);
        var runs = new List<EmulatorRun>();
        var cancelled = new Dictionary<Guid, DateTimeOffset>();
        var now = Noon;
        foreach (var act in acts)
        {
            if (askInBetween)
            {
                schedule.CountOpen(now.AddMilliseconds(act.Gap / 2));
            }

            now = now.AddMilliseconds(act.Gap);
            if (!act.Cancels)
            {
                runs.Add(schedule.Add(Generation((now - Noon).TotalMilliseconds, act.Duration)));
            }
            else if (runs.Count > 0 && schedule.Find(runs[act.Which % runs.Count].Generation.Id, now) is { } run)
            {
                schedule.Cancel(run.Generation.Id, now);
                cancelled.Add(run.Generation.Id, now);
            }
        }

        Assert.Equal(0, schedule.CountOpen(now.AddYears(1)));
        return [.. runs.Select(run => Played.Of(run, cancelled.TryGetValue(run.Generation.Id, out var at) ? at : null))];
    }

    private static EmulatedGeneration Generation(double createdAfterMs, double durationMs) => new(
        Guid.NewGuid(), "gen4_image", "A boat", 720, 720, null, 5, null,
        TimeSpan.FromMilliseconds(durationMs), Noon.AddMilliseconds(createdAfterMs));

    /// <summary>One thing that is done to a schedule: a creation, or the cancelling of an earlier one.</summary>
    private sealed record Act(int Gap, int Duration, bool Cancels, int Which);

    private sealed record Played(DateTimeOffset CreatedAt, TimeSpan Duration, DateTimeOffset? Start, DateTimeOffset? End, bool Cancelled)
    {
        public static Played Of(EmulatorRun run, DateTimeOffset? cancelledAt) => new(
            run.Generation.CreatedAt, run.Generation.Duration, run.StartedAt,
            run.StartedAt is null ? null : cancelledAt ?? run.EndsAt, cancelledAt is not null);
    }
}
