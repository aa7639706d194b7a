using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Local.Engine;

namespace ScenarioFunctions.Tests.Local.Engine;

public sealed class RunQueueTests
{
    /// <summary>The moment is some ten nanoseconds long, so the two threads meet in every round with another distance.</summary>
    [Fact]
    public async Task A_task_that_is_queued_while_the_last_run_ends_is_launched()
    {
        const int rounds = 20_000;
        var launched = 0;
        var queue = new RunQueue(1, _ => Interlocked.Increment(ref launched));
        var (queueing, ending) = (0, 0);
        var ends = Task.Factory.StartNew(
            () =>
            {
                for (var round = 0; round < rounds; round++)
                {
                    Assert.True(queue.TryEnter("running"));
                    Meet(ref ending, ref queueing);
                    Thread.SpinWait(round % 64);
                    queue.Release("running");
                    Meet(ref ending, ref queueing);
                    queue.Release("waiting"); // the launched one
                }
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        for (var round = 0; round < rounds; round++)
        {
            Meet(ref queueing, ref ending);
            Thread.SpinWait(round / 64 % 64);
            queue.Enqueue("waiting");
            Meet(ref queueing, ref ending);
        }

        await ends;
        Assert.Equal(rounds, launched);
    }

    [Fact]
    public void Tasks_have_their_turn_first_come_first_served()
    {
        var launched = new List<string>();
        var queue = new RunQueue(1, launched.Add);
        queue.Enqueue("one");
        queue.Enqueue("two");
        queue.Enqueue("three");
        Assert.Equal(["one"], launched);

        queue.Release("one");
        queue.Release("two");
        Assert.Equal(["one", "two", "three"], launched);
    }

    [Fact]
    public void A_users_task_does_not_wait_for_all_the_tasks_of_another()
    {
        var launched = new List<string>();
        var queue = new RunQueue(2, launched.Add);
        string[] many = [.. Enumerable.Range(1, 5).Select(_ => ScenarioIds.NewTask("user-a", DateTimeOffset.UnixEpoch))];
        Array.ForEach(many, queue.Enqueue);
        var one = ScenarioIds.NewTask("user-b", DateTimeOffset.UnixEpoch);
        queue.Enqueue(one);

        queue.Release(many[0]);

        Assert.Equal([many[0], many[1], one], launched);
    }

    private static void Meet(ref int mine, ref int other)
    {
        var met = Interlocked.Increment(ref mine);
        for (var spins = 0; Volatile.Read(ref other) < met; spins++)
        {
            if (spins > 2000)
            {
                Thread.Yield();
            }
        }
    }
}
