using ScenarioFunctions.Chaos.Simulation.Runway;
using ScenarioFunctions.Chaos.Simulation.Storage;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Chaos.Simulation;

/// <summary>Runs one seed: clients post and cancel, and the host is killed and restarted, until all tasks have ended.</summary>
internal sealed class SeedRun
{
    /// <summary>A task that has not ended after this time hangs.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromHours(6);

    private readonly World world;
    private readonly Plan plan;
    private readonly Disk disk;
    private readonly RunwayService runway;
    private readonly HashSet<string> accepted = [];

    /// <summary>Clients that wait for a task's end, to continue it if it failed.</summary>
    private int followers;
    private Host? host;
    private bool isRestarted;
    private int hosts;

    public SeedRun(int seed, Defect defect, TextWriter? trace)
    {
        SharedRandom.Seed(seed);
        Seed = seed;
        world = new World(seed, trace);
        plan = Plan.Draw(world.Random);
        disk = new Disk(plan.Balances, defect);
        runway = new RunwayService(world, plan.Runway, IsCovered);
    }

    public int Seed { get; }

    public World World => world;

    public Plan Plan => plan;

    public Disk Disk => disk;

    public RunwayService Runway => runway;

    public int Kills => hosts - 1;

    /// <summary>Whether every task that a client got a 202 for has ended and is settled, and nobody is about to continue one.</summary>
    public bool IsOver => accepted.Count == plan.Tasks.Count && followers == 0 && disk.Tasks.TrueForAll(task => task.IsSettled);

    public void Begin()
    {
        world.Tell("plan", $"{plan}");
        StartHost();
        foreach (var task in plan.Tasks)
        {
            if (task.Redoes is not null)
            {
                Redo(task);
                continue;
            }

            Post(task);
            if (task.ResumesAfter is { } later)
            {
                ContinueIfFailed(task, later);
            }

            if (task.CancelAt is { } after)
            {
                Cancel(task, after);
            }
        }
    }

    /// <returns>Whether something happened.</returns>
    public bool Step()
    {
        if (world.Now > Limit || !world.Step())
        {
            return RestartOnce();
        }

        if (host is { IsDead: false } && world.LastHost == host && Kills < plan.Host.Kills
            && world.Now < Plan.FaultsEnd && world.Chance(plan.Host.KilledAt))
        {
            if (world.Chance(plan.Host.StopsAmongKills))
            {
                host.Stop();
            }
            else
            {
                host.Kill("killed");
            }
        }

        return true;
    }

    /// <summary>Nothing is due any more, so a restart must end what is left.</summary>
    private bool RestartOnce()
    {
        if (isRestarted || host is null || disk.Tasks.Exists(task => task.IsOpen))
        {
            return false;
        }

        isRestarted = true;
        host.Kill("nothing to do");
        return true;
    }

    private async void StartHost()
    {
        while (true)
        {
            var started = host = new Host(world, plan, disk, runway, ++hosts);
            world.Tell(started.Name, $"starts");
            started.Resume();
            await started.Died;
            host = null;
            await world.DelayAsync(world.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20)));
        }
    }

    private async void Post(PlannedTask task)
    {
        await world.DelayAsync(task.PostAt);
        await AskAsync($"posts {task.Id}", async current => await current.StartAsync(task.Id, InputOf(task)));
        accepted.Add(task.Id);
    }

    /// <summary>Makes all images of a task again that has ended, whatever has become of them, as the API begins it.</summary>
    private async void Redo(PlannedTask task)
    {
        var group = ScenarioIds.Scenario(task.Redoes!.Id);
        if (!await SettledAsync(task.Redoes))
        {
            accepted.Add(task.Id);
            return;
        }

        await world.DelayAsync(task.PostAt);
        var scenes = disk.Versions.Group(group)
            .Where(row => row.Scene.SceneNumber > 1 && !row.State.Status.IsInProgress()).ToArray();
        if (scenes.Length == 0)
        {
            accepted.Add(task.Id);
            return;
        }

        disk.Versions.Begin([.. scenes.Select(row => new NewImage(
            ScenarioIds.Scene(task.Id, row.Scene.SceneNumber), ScenarioIds.Scenario(task.Id), task.Id, row.Id,
            PromptOf(task, row.Scene.SceneNumber), null, null, null))]);
        var input = InputOf(task) with
        {
            ScenarioId = group,
            Scenario = new Scenario(
                new ScenarioDetails { Title = task.Id },
                [.. scenes.Select(row => new Scene { SceneNumber = row.Scene.SceneNumber })]),
        };
        if (task.CancelAt is { } after)
        {
            CancelLater(task, after);
        }

        await AskAsync($"posts {task.Id}", async current => await current.StartAsync(task.Id, input));
        accepted.Add(task.Id);
    }

    private async void ContinueIfFailed(PlannedTask task, TimeSpan after)
    {
        followers++;
        if (await SettledAsync(task) && disk.Tasks.Exists(record =>
            record.Snapshot.TaskId == task.Id && record.Snapshot.State == TaskState.Failed))
        {
            await world.DelayAsync(after);
            await AskAsync($"continues {task.Id}", current => current.ContinueAsync(task.Id));
        }

        followers--;
    }

    /// <returns>False when only a restart ends the task, and nothing happens before that.</returns>
    private async Task<bool> SettledAsync(PlannedTask task)
    {
        for (var wait = 0; !disk.Tasks.Exists(record => record.Snapshot.TaskId == task.Id && record.IsSettled); wait++)
        {
            if (wait == 720)
            {
                return false;
            }

            await world.DelayAsync(TimeSpan.FromSeconds(5));
        }

        return true;
    }

    private async void CancelLater(PlannedTask task, TimeSpan after)
    {
        await world.DelayAsync(after);
        await AskAsync($"cancels {task.Id}", current => current.CancelAsync(task.Id));
    }

    private async void Cancel(PlannedTask task, TimeSpan after)
    {
        await world.DelayAsync(task.PostAt + after);
        await AskAsync($"cancels {task.Id}", current => current.CancelAsync(task.Id));
    }

    /// <summary>A client that retries until it has an answer.</summary>
    private async Task AskAsync(string what, Func<Host, Task<TaskSnapshot?>> ask)
    {
        while (true)
        {
            if (host is { } current)
            {
                world.Tell("client", $"{what}");
                try
                {
                    var answer = ask(current);
                    if (await Task.WhenAny(answer, current.Died) == answer)
                    {
                        var snapshot = await answer;
                        world.Tell("client", $"{what}: {snapshot?.State}");
                        return;
                    }
                }
                catch (EngineUnavailableException exception)
                {
                    world.Tell("client", $"{what}: {exception.Message}");
                }
            }

            await world.DelayAsync(world.Between(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(5)));
        }
    }

    private SaveScenarioInput InputOf(PlannedTask task) => new()
    {
        ShortId = task.Id,
        UserId = task.User,
        Scenario = new Scenario(
            new ScenarioDetails { Title = task.Id },
            [.. Enumerable.Range(1, task.Scenes).Select(number => new Scene
            {
                SceneNumber = number,
                ImagePrompt = PromptOf(task, number),
            })]),
        CreditsPerImage = plan.CreditsPerImage,
        MaxParallelImages = plan.MaxParallelImages,
        RequestHash = task.Id,
    };

    /// <summary>Whether the task's hold has enough left for one more image.</summary>
    private bool IsCovered(string prompt) => plan.CreditsPerImage == 0
        || (disk.Holds.TryGetValue(prompt.Split(' ')[0], out var hold) && hold.LeftAt(world.Now) >= plan.CreditsPerImage);

    private static string PromptOf(PlannedTask task, int scene) => $"{task.Id} scene {scene}";
}
