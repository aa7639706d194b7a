using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Tests.Engines.Scenarios;

namespace ScenarioFunctions.Tests.Local.Engine.Interleavings;

/// <summary>
/// The embedded engine with a few tasks, in one order of all that can happen: which, the seed says. Writes are on disk
/// late, in vain, or unheard; steps end, fail, are told to stop; clients start, cancel, look; the process stops or dies.
/// Then all is well, and everything must come to its end.
/// </summary>
internal sealed class Interleaving
{
    private const int Patience = 20_000;

    private readonly Random random;
    private readonly List<string>? trace;
    private readonly Disk disk = new();
    private readonly Witness witness;
    private readonly string[] taskIds;
    private readonly int scenes;
    private readonly int parallel;
    private readonly int maxRunningTasks;
    private double failureRate;
    private Life life;

    private Interleaving(int seed, List<string>? trace)
    {
        this.trace = trace;
        random = new Random(seed);
        witness = new Witness(disk);
        taskIds = [.. Enumerable.Range(1, random.Next(1, 4)).Select(number => $"task-{number}")];
        (scenes, parallel, maxRunningTasks) = (random.Next(1, 5), random.Next(1, 4), random.Next(1, 4));
        failureRate = random.Next(3) switch { 0 => 0, 1 => 0.05, _ => 0.3 };
        life = NewLife();
    }

    /// <exception cref="InvalidOperationException">Something happened that must not.</exception>
    public static void Run(int seed)
    {
        var interleaving = new Interleaving(seed, null);
        if (interleaving.Faults() is not { } fault)
        {
            return;
        }

        var trace = new List<string>();
        var again = new Interleaving(seed, trace).Faults();
        throw new InvalidOperationException(
            $"Seed {seed}: {fault}\n{(again == fault ? "" : $"The second time: {again}\n")}{string.Join('\n', trace)}");
    }

    private string? Faults()
    {
        for (var turn = random.Next(20, 200); turn > 0 && witness.Faults.Count == 0; turn--)
        {
            Turn();
        }

        failureRate = 0;
        if (life.IsStopping)
        {
            Die();
        }

        for (var turn = 0; !life.IsIdle && witness.Faults.Count == 0; turn++)
        {
            if (turn > Patience)
            {
                witness.Fault($"It has not ended after {turn} turns");
            }

            Act(Engine());
        }

        if (witness.Faults.Count == 0)
        {
            witness.Over(life.Engine.RunningTasks, life.OpenCalls);
        }

        return witness.Faults.Count == 0 ? null : string.Join('\n', witness.Faults);
    }

    private void Turn() => Act(random.Next(100) switch
    {
        < 80 when !life.IsIdle => Engine(),
        < 98 => Client(),
        < 99 => ("stop", life.Stop),
        _ => ("die", Die),
    });

    private (string Name, Action Act) Engine()
    {
        while (true)
        {
            switch (random.Next(7))
            {
                case < 3 when life.Schedule.HasReady:
                    return ("go on", life.Schedule.RunReady);
                case < 5 when life.Disk.HasWrites:
                    var fails = random.Chance(failureRate);
                    var commits = !fails || random.Chance(0.3);
                    return ($"write{(commits ? "" : " in vain")}{(fails ? ", fail" : "")}", () => life.Disk.RunWrite(commits, fails));
                case < 6 when life.Steps.HasUnderWay:
                    return ("end a step", () => life.Schedule.Run(() => life.Steps.EndOne(failureRate)));
                case 6 when life.Schedule.HasTimers:
                    return ("timer", life.Schedule.RunTimer);
            }
        }
    }

    private (string Name, Action Act) Client()
    {
        var taskId = taskIds[random.Next(taskIds.Length)];
        return random.Next(10) switch
        {
            < 4 => ($"start {taskId}", () => life.Call(
                engine => engine.StartAsync(taskId, EngineHost.Input(scenes, parallel), CancellationToken.None), witness.Started)),
            4 => ($"cancel {taskId}", () => life.Call(
                engine => engine.CancelAsync(taskId, CancellationToken.None),
                task => See(task, witness.CancelAnswered))),
            < 8 => ($"find {taskId}", () => life.Call(
                engine => engine.FindAsync(taskId, CancellationToken.None), task => See(task, witness.Shown))),
            _ => ("list", () => life.Call(
                engine => engine.ListAsync(new TaskQuery(null, 100, null), CancellationToken.None),
                page => page.Tasks.ToList().ForEach(witness.Shown))),
        };
    }

    private static void See(TaskSnapshot? task, Action<TaskSnapshot> see)
    {
        if (task is not null)
        {
            see(task);
        }
    }

    private void Act((string Name, Action Act) next)
    {
        trace?.Add(next.Name);
        next.Act();
    }

    private void Die()
    {
        life.Disk.Die(commits: random.Next(4));
        life = NewLife();
    }

    private Life NewLife() => new(random, disk, witness, maxRunningTasks, () => random.Chance(failureRate / 3));
}
