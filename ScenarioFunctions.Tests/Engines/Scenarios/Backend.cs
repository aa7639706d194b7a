using System.Collections.Concurrent;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Tests.Engines.Scenarios;

/// <summary>
/// All that lies outside the service: the database, RunwayML, the images and the ledger, in memory. Every
/// act upon it has a name, such as <c>save_scenes</c> or <c>submit 2</c> (of scene 2), is counted, and can
/// be held up, made to fail, or be the moment at which the host dies.
/// </summary>
public sealed class Backend
{
    private readonly Lock gate = new();
    private readonly ConcurrentQueue<string> acts = new();
    private int epoch;
    private int crashAt;
    private bool crashAfter;
    private TaskCompletionSource crashed = new();

    public Backend() => Versions = new SceneVersions(Scenarios, Scenes);

    /// <summary>Called before an act takes effect: may wait or throw.</summary>
    public Func<string, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>Called after an act took effect: may throw, so that its answer is lost.</summary>
    public Func<string, Task> After { get; set; } = _ => Task.CompletedTask;

    /// <summary>How the <c>generation</c>-th generation of a scene stands when it is looked at for the <c>look</c>-th time.</summary>
    public Func<(int Scene, int Generation, int Look), Generation> Generate { get; set; } = _ => Succeeded;

    public static Generation Succeeded { get; } = new(GenerationState.Succeeded, new Uri("https://images.test/1.png"));

    public static Generation Open { get; } = new(GenerationState.Open);

    public long Balance { get; set; } = 100;

    /// <summary>How many images RunwayML says that it makes at once.</summary>
    public int Concurrency { get; set; } = 1_000;

    /// <summary>Scenes that the ledger refuses to charge.</summary>
    public HashSet<int> Unchargeable { get; } = [];

    public IReadOnlyList<string> Acts => [.. acts];

    public Dictionary<Guid, ScenarioRow> Scenarios { get; } = [];
    public Dictionary<Guid, SceneRow> Scenes { get; } = [];

    /// <summary>Scenarios that were deleted: they cannot be saved again.</summary>
    public HashSet<Guid> Removed { get; } = [];

    /// <summary>Over both.</summary>
    public SceneVersions Versions { get; }

    /// <summary>How often each generation was looked at.</summary>
    public Dictionary<string, int> Looks { get; } = [];

    /// <summary>What was last asked for, by scene.</summary>
    public ConcurrentDictionary<string, string> Ratios { get; } = [];

    /// <summary>Called with each order.</summary>
    public Action<ImageRequest> Ordered { get; set; } = _ => { };

    public HashSet<string> CancelledGenerations { get; } = [];

    /// <summary>Generations that RunwayML no longer knows.</summary>
    public HashSet<string> ForgottenGenerations { get; } = [];
    public Dictionary<string, byte[]> Images { get; } = [];
    public Dictionary<string, int> Charges { get; } = [];

    /// <summary>Open holds: what is left of each, by its reference.</summary>
    public Dictionary<string, long> Holds { get; } = [];

    /// <summary>Which life of the host this is; what an earlier one still does comes to nothing.</summary>
    public int Epoch => Volatile.Read(ref epoch);

    /// <summary>Done when the host has died as <see cref="CrashAt"/> said.</summary>
    public Task Crashed => crashed.Task;

    public int Count(string act) => acts.Count(one => one == act);

    /// <summary>Generations that RunwayML took, and was paid for.</summary>
    public int Bought => Locked(() => Looks.Count);

    public SceneState StateOf(string taskId, int scene) => Locked(() => Scenes[ScenarioIds.Scene(taskId, scene)].State);

    public T Locked<T>(Func<T> read)
    {
        lock (gate)
        {
            return read();
        }
    }

    /// <summary>The host dies at its <paramref name="act"/>-th act from now, before or after it takes effect.</summary>
    public void CrashAt(int act, bool afterEffect)
    {
        crashed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        crashAfter = afterEffect;
        crashAt = acts.Count + act;
    }

    public void Crash()
    {
        Interlocked.Increment(ref epoch);
        crashed.TrySetResult();
    }

    internal async Task<T> ActAsync<T>(int life, string act, Func<T> effect)
    {
        await AliveAsync(life);
        acts.Enqueue(act);
        var isLast = acts.Count == crashAt;
        if (isLast && !crashAfter)
        {
            Crash();
        }

        await Before(act);
        await AliveAsync(life);
        var result = Locked(effect);
        if (isLast)
        {
            Crash();
        }

        await AliveAsync(life);
        await After(act);
        return result;
    }

    /// <summary>A dead host's calls never return, as nobody is there to return to.</summary>
    private Task AliveAsync(int life) => life == Epoch ? Task.CompletedTask : new TaskCompletionSource().Task;
}
