using System.Collections.Concurrent;
using System.Text.Json.Serialization;
using ScenarioFunctions.Core.Json;

namespace ScenarioFunctions.Core.Steps;

/// <summary>What the scenes wait for whose images this process makes. Only in memory, as it changes with every poll.</summary>
internal sealed class SceneWaits
{
    private readonly ConcurrentDictionary<(string TaskId, int SceneNumber), Func<SceneWait>> waits = new();

    /// <returns>Null when it waits for nothing, or another process makes its image.</returns>
    public SceneWait? Find(string taskId, int sceneNumber) => waits.GetValueOrDefault((taskId, sceneNumber))?.Invoke();

    /// <param name="taskId">The task's id.</param>
    /// <param name="sceneNumber">Its scene.</param>
    /// <param name="wait">Called whenever somebody asks.</param>
    public void Set(string taskId, int sceneNumber, Func<SceneWait> wait) => waits[(taskId, sceneNumber)] = wait;

    public void Set(SceneImageRun run, SceneWait wait) => Set(run.Input.TaskId, run.Input.SceneNumber, () => wait);

    public void Clear(string taskId, int sceneNumber) => waits.TryRemove((taskId, sceneNumber), out _);

    public void Clear(SceneImageRun run) => Clear(run.Input.TaskId, run.Input.SceneNumber);
}

/// <summary>What a scene in progress waits for.</summary>
/// <param name="For">What it is.</param>
/// <param name="Place">Of a queued scene: about how many images are ordered up to this one.</param>
/// <param name="Percent">Of a running one, as RunwayML says it, from 0 to 100.</param>
/// <param name="Attempt">The number of the generation, if it is not the first.</param>
/// <param name="Attempts">How many there may be, with <paramref name="Attempt"/>.</param>
public sealed record SceneWait(WaitingFor For, int? Place = null, int? Percent = null, int? Attempt = null, int? Attempts = null);

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
