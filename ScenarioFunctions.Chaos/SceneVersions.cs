using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Chaos;

/// <summary>
/// The rules of the databases for a scene's images, for a database in memory. An image that is made again is a row among the
/// scenes, with the id of its scene.
/// </summary>
public sealed class SceneVersions(IReadOnlyDictionary<Guid, ScenarioRow> scenarios, IDictionary<Guid, SceneRow> scenes)
{
    private readonly Dictionary<Guid, NewImage> anew = [];
    private readonly Dictionary<Guid, SceneImage> first = [];
    private readonly Dictionary<Guid, DateTimeOffset> begun = [];
    private DateTimeOffset clock = DateTimeOffset.UnixEpoch;

    /// <summary>The scenario of each rejected image in whose place another is shown.</summary>
    public List<Guid> ReplacedRejections { get; } = [];

    /// <summary>The rows that a step lists and ends together: a scenario's scenes, or the images that a task makes again.</summary>
    public IEnumerable<SceneRow> Group(Guid id) => scenes.Values
        .Where(row => (row.ImageOf is null ? row.ScenarioId : anew[row.Id].RunId) == id)
        .OrderBy(row => row.Scene.SceneNumber);

    public string? Begin(IReadOnlyList<NewImage> images)
    {
        var underWay = scenes.Values.Where(row => row.ImageOf is not null && row.State.Status.IsInProgress());
        if (underWay.FirstOrDefault(row => images.Any(image => image.SceneId == row.ImageOf && image.Id != row.Id)) is { } other)
        {
            return anew[other.Id].TaskId;
        }

        foreach (var image in images.Where(image => !scenes.TryGetValue(image.Id, out var row)
            || row.State is { Status: SceneStatus.Cancelled, GenerationId: null }))
        {
            var scene = scenes[image.SceneId];
            var last = ImagesOf(scene).Where(made => made.State.Status == SceneStatus.Completed).Max(made => (int?)made.Version) ?? 0;
            anew[image.Id] = image;
            begun[image.Id] = Tick();
            var wanted = new Scene
            {
                SceneNumber = scene.Scene.SceneNumber,
                ImagePrompt = image.Prompt,
                ProductReferenceImageUrl = image.ProductReferenceImageUrl,
                Model = image.Model,
                Seed = image.Seed,
            };
            scenes[image.Id] = new SceneRow(image.Id, scene.ScenarioId, wanted, new SceneState { Status = SceneStatus.Pending })
            {
                ImageOf = scene.Id,
                Version = last + 1,
            };
        }

        return null;
    }

    /// <summary>Whether a row in this state takes the new one.</summary>
    public static bool Takes(SceneState old, SceneState given) =>
        given.Status != SceneStatus.Generating
        || ((old.Status is SceneStatus.Pending or SceneStatus.Generating
                || (old.Status == SceneStatus.Cancelled && given is { GenerationId: not null, ImageUrl: null }))
            && (old.GenerationId is null || given.GenerationId is null || old.GenerationId == given.GenerationId)
            && (old.ImageUrl is null || (old.GenerationId is not null && old.GenerationId == given.GenerationId)));

    /// <summary>Call it after a row was saved or updated.</summary>
    public void Saved(SceneRow row)
    {
        if (row is { ImageOf: { } scene, State.Status: SceneStatus.Completed })
        {
            ShowIn(scene, row.State);
        }
        else if (row is { ImageOf: null, State: { ImageUrl: not null, Status: SceneStatus.Completed or SceneStatus.Skipped } state }
            && ImagesOf(row).All(image => image.Version != 1 || image.State.Status != SceneStatus.Completed))
        {
            first[row.Id] = new SceneImage
            {
                Id = row.Id,
                SceneId = row.Id,
                Version = 1,
                TaskId = scenarios.GetValueOrDefault(row.ScenarioId)?.TaskId,
                ImagePrompt = row.Scene.ImagePrompt,
                ProductReferenceImageUrl = row.Scene.ProductReferenceImageUrl,
                State = state with { Status = SceneStatus.Completed, Reason = null },
                CreatedAt = Tick(),
                EndedAt = row.EndedAt,
            };
        }
    }

    public bool Show(Guid sceneId, int version)
    {
        var made = ImagesOf(scenes[sceneId])
            .FirstOrDefault(image => image.Version == version && image.State.Status == SceneStatus.Completed);
        if (made is not null)
        {
            ShowIn(sceneId, made.State);
        }

        return made is not null;
    }

    public StoredScenario? Read(Guid scenarioId)
    {
        if (!scenarios.TryGetValue(scenarioId, out var row))
        {
            return null;
        }

        SceneRow[] all = [.. Group(scenarioId)];
        return new StoredScenario(row, DateTimeOffset.UnixEpoch, all, [.. all.SelectMany(ImagesOf).OrderBy(image => image.CreatedAt)]);
    }

    /// <summary>Within a day.</summary>
    public bool IsUsed(Guid id) => scenarios.ContainsKey(id) || Group(id).Any(row =>
        row.State.Status is not (SceneStatus.Pending or SceneStatus.Cancelled) || row.State.GenerationId is not null);

    public SharedLook? LookOf(Guid scenarioId) => Read(scenarioId)?.Look;

    private void ShowIn(Guid sceneId, SceneState made)
    {
        var scene = scenes[sceneId];
        if (scene.State.Reason == SceneReason.ContentRejected)
        {
            ReplacedRejections.Add(scene.ScenarioId);
        }

        var status = scene.State.Reason == SceneReason.FirstScene && scene.State.ImageUrl == made.ImageUrl
            ? scene.State
            : scene.State with { Status = SceneStatus.Completed, Reason = null };
        scenes[sceneId] = scene with { State = status with { ImageUrl = made.ImageUrl, Note = made.Note } };
        Saved(scenes[sceneId]);
    }

    private IEnumerable<SceneImage> ImagesOf(SceneRow scene)
    {
        if (first.TryGetValue(scene.Id, out var image))
        {
            yield return image;
        }

        foreach (var row in scenes.Values.Where(row => row.ImageOf == scene.Id).ToArray())
        {
            yield return new SceneImage
            {
                Id = row.Id,
                SceneId = scene.Id,
                Version = row.Version,
                TaskId = anew[row.Id].TaskId,
                ImagePrompt = row.Scene.ImagePrompt,
                ProductReferenceImageUrl = row.Scene.ProductReferenceImageUrl,
                State = row.State,
                CreatedAt = begun[row.Id],
                EndedAt = row.EndedAt,
            };
        }
    }

    private DateTimeOffset Tick() => clock = clock.AddSeconds(1);
}
