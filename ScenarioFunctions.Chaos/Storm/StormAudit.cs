using System.Collections.Concurrent;
using System.Net;
using ScenarioFunctions.Chaos.Audit;
using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Chaos.Storm;

/// <summary>Checks the results of a storm from outside: rows, ledger, files, and RunwayML's orders.</summary>
internal sealed class StormAudit(
    DataFolder server, DataFolder emulator, IReadOnlyList<PostedTask> posted, IReadOnlyList<ServerEnd> ends, Faults faults)
{
    private const int CreditsPerImage = 2;

    /// <summary>The longest time before a kill at which RunwayML may have accepted an order whose answer was not recorded.</summary>
    private static readonly TimeSpan MaxGap = TimeSpan.FromSeconds(10);

    /// <summary>Images that were ordered again because a kill lost the answer.</summary>
    public int AskedAgain { get; private set; }

    /// <summary>The time from the oldest of these orders to the kill.</summary>
    public TimeSpan WidestGap { get; private set; }

    public int Images => server.Images.Count(image => image.IsMade);

    /// <summary>Of which so many were made again, or later than their scenario.</summary>
    public int Anew => server.Images.Count(image => image is { IsMade: true, IsAnew: true });

    /// <summary>Scenes for which an earlier version was chosen.</summary>
    public int Chosen => posted.Count(task => task.ShowsFirstVersionOf is not null);

    /// <summary>Generations that RunwayML was paid for and that did not fail: charged, cancelled, or asked again.</summary>
    public int Bought => emulator.Generations.Count(generation => !generation.Failed);

    /// <summary>Of which the user cancelled the task in time.</summary>
    public int BoughtAndCancelled { get; private set; }

    public int ShortOfCredits => server.Scenes.Count(scene => scene.Reason == "insufficient_credits");

    public int Cancelled => server.Tasks.Count(task => task.State == "cancelled");

    public void Run()
    {
        foreach (var fault in Books.Faults(server, CreditsPerImage))
        {
            faults.Add(fault);
        }

        Tasks();
        Scenes();
        Generations();
        Purchases();
        Shown();
    }

    private void Tasks()
    {
        var stored = server.Tasks.ToDictionary(task => task.Id, task => task.State);
        foreach (var task in posted)
        {
            var expected = task.Cancel == HttpStatusCode.Accepted ? "cancelled" : "completed";
            if (stored.GetValueOrDefault(task.TaskId) != expected)
            {
                faults.Add($"Task {task.Name} is {stored.GetValueOrDefault(task.TaskId) ?? "lost"}, not {expected}.");
            }
        }

        foreach (var id in stored.Keys.Except(posted.Select(task => task.TaskId)))
        {
            faults.Add($"Nobody posted task {id}.");
        }
    }

    /// <summary>A completed task has all its scenes; each scene is one row and is completed at most once.</summary>
    private void Scenes()
    {
        var rows = server.Scenes.GroupBy(scene => scene.ScenarioId).ToDictionary(group => group.Key, group => group.Count());
        foreach (var task in posted.Where(task => task.Scenes is not null && task.Cancel != HttpStatusCode.Accepted))
        {
            var count = rows.GetValueOrDefault(ScenarioIds.Scenario(task.TaskId));
            if (count != task.Scenes)
            {
                faults.Add($"Task {task.Name} has {count} of {task.Scenes} scenes.");
            }
        }

        foreach (var scene in server.Ledger.Where(line => line.Action == "generate_image")
            .GroupBy(line => line.Reference).Where(group => group.Count() > 1))
        {
            faults.Add($"The image {scene.Key} was charged {scene.Count()} times.");
        }
    }

    /// <summary>What RunwayML was paid for is charged. The only other images are of cancelled tasks, or were asked for again.</summary>
    private void Purchases()
    {
        var scenes = server.Scenes.Select(scene => (scene.GenerationId, scene.Status))
            .Concat(server.Images.Where(image => image.IsAnew).Select(image => (image.GenerationId, image.Status)))
            .Where(scene => scene.GenerationId is not null)
            .ToDictionary(scene => scene.GenerationId!, scene => scene.Status);
        foreach (var generation in emulator.Generations.Where(generation => !generation.Failed))
        {
            var status = scenes.GetValueOrDefault(generation.Id);
            BoughtAndCancelled += status == "cancelled" ? 1 : 0;
            if (status is not (null or "completed" or "cancelled"))
            {
                faults.Add($"{generation.Prompt} was bought, and its scene is {status}.");
            }
        }

        if (Bought != Images + BoughtAndCancelled + AskedAgain)
        {
            faults.Add($"{Bought} images were bought, {Images} charged, {BoughtAndCancelled} cancelled and {AskedAgain} asked again.");
        }
    }

    /// <summary>A version that somebody chose is shown.</summary>
    private void Shown()
    {
        var scenes = server.Scenes.ToDictionary(scene => scene.Id);
        var first = server.Images.Where(image => image is { Version: 1, Status: "completed" }).ToDictionary(image => image.SceneId);
        foreach (var task in posted.Where(task => task.ShowsFirstVersionOf is not null))
        {
            var id = ScenarioIds.Scene(task.TaskId, task.ShowsFirstVersionOf!.Value);
            if (scenes[id].ImageUrl != first[id].ImageUrl)
            {
                faults.Add($"Scene {task.ShowsFirstVersionOf} of {task.Name} shows {scenes[id].ImageUrl}, not {first[id].ImageUrl}.");
            }
        }
    }

    /// <summary>
    /// One generation per prompt, unless one failed by itself or a kill lost the answer. So a server never orders the same prompt
    /// twice, and an order is only wasted if its server ended by SIGKILL.
    /// </summary>
    private void Generations()
    {
        var recorded = server.Scenes.Select(scene => scene.GenerationId)
            .Concat(server.Images.Select(image => image.GenerationId)).OfType<string>().ToHashSet();
        var known = emulator.Generations.Select(generation => generation.Id).ToHashSet();
        foreach (var id in recorded.Where(id => !known.Contains(id)))
        {
            faults.Add($"RunwayML never got an order for generation {id}.");
        }

        foreach (var generation in emulator.Generations.Where(generation => !recorded.Contains(generation.Id) && !generation.Failed))
        {
            AskedAgain++;
            var end = ends.FirstOrDefault(end => end.At >= generation.CreatedAt);
            var gap = end is null ? TimeSpan.MaxValue : end.At - generation.CreatedAt;
            WidestGap = gap > WidestGap ? gap : WidestGap;
            if (gap > MaxGap || end is not { IsKill: true })
            {
                faults.Add($"RunwayML got an order for {generation.Prompt} that was not used, at {generation.CreatedAt:HH:mm:ss.fff}, and no kill explains it.");
            }
        }

        foreach (var twice in emulator.Generations.Where(generation => !generation.Failed)
            .GroupBy(generation => (generation.Prompt, Life: ends.Count(end => end.At < generation.CreatedAt)))
            .Where(group => group.Count() > 1))
        {
            faults.Add($"RunwayML got {twice.Count()} orders for {twice.Key.Prompt} from one server.");
        }
    }
}

/// <summary>Collects what is wrong.</summary>
internal sealed class Faults
{
    private readonly ConcurrentQueue<string> found = new();

    public IReadOnlyList<string> Found => [.. found];

    public void Add(string fault) => found.Enqueue(fault);
}
