using System.Collections.Concurrent;
using System.Text.Json.Serialization;
using ScenarioFunctions.Core.Json;

namespace ScenarioFunctions.Core.Steps;

/// <summary>What the scenes wait for whose images this process makes. Only in memory, as it changes with every poll.</summary>
internal sealed class SceneWaits
{
    private static readonly Func<SceneWait?> Nothing = () => null;

    /// <summary>An entry for each scene whose step runs in this process.</summary>
    private readonly ConcurrentDictionary<(string TaskId, int SceneNumber), Func<SceneWait?>> waits = new();

    /// <param name="taskId">The task's id.</param>
    /// <param name="sceneNumber">Its scene.</param>
    /// <param name="elsewhere">What is known of a scene whose step does not run in this process.</param>
    /// <returns>Null when it waits for nothing, or that is not known.</returns>
    public SceneWait? Find(string taskId, int sceneNumber, SceneWait? elsewhere = null) =>
        waits.TryGetValue((taskId, sceneNumber), out var wait) ? wait() : elsewhere;

    /// <summary>The scene's step runs in this process from now on.</summary>
    public void Begin(GenerateSceneImageInput input) => waits[(input.TaskId, input.SceneNumber)] = Nothing;

    public void End(GenerateSceneImageInput input) => waits.TryRemove((input.TaskId, input.SceneNumber), out _);

    /// <param name="taskId">The task's id.</param>
    /// <param name="sceneNumber">Its scene.</param>
    /// <param name="wait">Called whenever somebody asks.</param>
    public void Set(string taskId, int sceneNumber, Func<SceneWait?> wait) => waits[(taskId, sceneNumber)] = wait;

    public void Set(SceneImageRun run, SceneWait wait) => Set(run.Input.TaskId, run.Input.SceneNumber, () => wait);

    public void Clear(SceneImageRun run) => Set(run.Input.TaskId, run.Input.SceneNumber, Nothing);
}

/// <summary>What a scene in progress waits for.</summary>
/// <param name="For">What it is.</param>
/// <param name="Place">Of a queued scene: about how many images are ordered up to this one.</param>
/// <param name="Percent">Of a running one, as RunwayML says it, from 0 to 100.</param>
/// <param name="Attempt">The number of the generation, if it is not the first.</param>
/// <param name="Attempts">How many there may be, with <paramref name="Attempt"/>.</param>
public sealed record SceneWait(WaitingFor For, int? Place = null, int? Percent = null, int? Attempt = null, int? Attempts = null)
{
    /// <param name="what">What the scene waits for.</param>
    /// <param name="generation">The number of the generation; the first is not shown as an attempt.</param>
    /// <param name="place">Of a queued one.</param>
    /// <param name="percent">Of a running one.</param>
    public static SceneWait Of(WaitingFor what, int generation, int? place = null, int? percent = null) =>
        generation > 1 ? new(what, place, percent, generation, SceneGenerator.MaxGenerations) : new(what, place, percent);

    /// <summary>What the scene waits for after a run of its step, for engines whose steps run in several processes.</summary>
    /// <param name="input">Of that run.</param>
    /// <param name="outcome">Of that run.</param>
    /// <returns>Null when it has ended, or the outcome does not tell.</returns>
    public static SceneWait? After(GenerateSceneImageInput input, SceneImageOutcome outcome) => outcome switch
    {
        { Next: SceneImageNext.GenerateAgain } => Of(WaitingFor.Retrying, input.Generation + 1),
        { Carried.UnansweredSeconds: not null } => Of(WaitingFor.Retrying, input.Generation),
        { Carried.QueuedSeconds: not null } => Of(WaitingFor.Queued, input.Generation, outcome.Carried.Place),
        _ => null,
    };
}

/// <summary>The names are part of the API and never change.</summary>
[JsonConverter(typeof(EnumNameConverter<WaitingFor>))]
public enum WaitingFor
{
    /// <summary>For its turn to be ordered.</summary>
    Queued,

    /// <summary>At RunwayML, for others of the account to end.</summary>
    Throttled,

    /// <summary>RunwayML makes it, or is about to.</summary>
    Running,

    /// <summary>For its next attempt: RunwayML failed for a temporary reason, or is unavailable.</summary>
    Retrying,
}
