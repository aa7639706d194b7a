using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Chaos.Simulation.Storage;

internal sealed class SimulatedScenarioStore(StorageLink link, Disk disk) : IScenarioStore
{
    public Task SaveScenarioAsync(ScenarioRow row, CancellationToken cancellationToken) =>
        link.CallAsync($"save scenario {row.ShortId}", () => (disk.Scenarios[row.Id] = row).SceneCount, cancellationToken);

    public Task SaveScenesAsync(IReadOnlyList<SceneRow> rows, CancellationToken cancellationToken) => link.CallAsync(
        $"save {rows.Count} scenes",
        () =>
        {
            foreach (var row in rows)
            {
                disk.Scenes[row.Id] = disk.Scenes.TryGetValue(row.Id, out var old) ? row with { State = old.State } : row;
                disk.Versions.Saved(disk.Scenes[row.Id]);
            }

            return rows.Count;
        },
        cancellationToken);

    public Task<SceneRow?> FindSceneAsync(Guid sceneId, CancellationToken cancellationToken) =>
        link.CallAsync(
            $"find {PromptOf(sceneId)} {TraceText.Of(disk.Scenes.GetValueOrDefault(sceneId)?.State)}",
            () => disk.Scenes.GetValueOrDefault(sceneId),
            cancellationToken);

    public Task<IReadOnlyList<SceneRow>> ListScenesAsync(Guid scenarioId, CancellationToken cancellationToken) =>
        link.CallAsync<IReadOnlyList<SceneRow>>(
            $"list scenes",
            () => [.. disk.Versions.Group(scenarioId)],
            cancellationToken);

    public Task<bool> TakeSceneAsync(
        Guid sceneId, string runner, TimeSpan lease, CancellationToken cancellationToken) => link.CallAsync(
        $"take {PromptOf(sceneId)}", () => Take(sceneId, runner, lease), cancellationToken);

    public Task<bool> UpdateSceneAsync(Guid sceneId, SceneState state, CancellationToken cancellationToken) => link.CallAsync(
        $"update {PromptOf(sceneId)} to {TraceText.Of(state)}",
        () =>
        {
            var isTaken = disk.Scenes.TryGetValue(sceneId, out var row) && SceneVersions.Takes(row.State, state);
            if (isTaken)
            {
                var kept = disk.Defect == Defect.ForgetsOrders && state.Status == SceneStatus.Generating
                    ? state with { GenerationId = null } : state;
                disk.Scenes[sceneId] = row! with { State = kept };
                disk.Versions.Saved(disk.Scenes[sceneId]);
                disk.Taken.Remove(sceneId);
                disk.Recorded.Add(state.GenerationId ?? "");
            }

            return isTaken;
        },
        cancellationToken);

    public Task EndPendingScenesAsync(Guid scenarioId, SceneState state, CancellationToken cancellationToken) => link.CallAsync(
        $"end pending scenes as {state.Reason}",
        () =>
        {
            var pending = disk.Versions.Group(scenarioId).Where(row => row.State.Status == SceneStatus.Pending).ToArray();
            foreach (var row in pending)
            {
                disk.Scenes[row.Id] = row with { State = state };
            }

            return pending.Length;
        },
        cancellationToken);

    /// <summary>A seed lasts less than a day.</summary>
    public Task<long> CountRejectionsAsync(string userId, DateTimeOffset since, CancellationToken cancellationToken) =>
        link.CallAsync(
            $"count the rejections of {userId}",
            () => disk.Scenes.Values.Where(row => row.State.Reason == SceneReason.ContentRejected).Select(row => row.ScenarioId)
                .Concat(disk.Versions.ReplacedRejections)
                .LongCount(scenario => disk.Scenarios[scenario].UserId == userId),
            cancellationToken);

    public Task<long> SumServiceCreditsAsync(Guid? scenarioId, DateTimeOffset since, CancellationToken cancellationToken) =>
        link.CallAsync(
            $"sum the service's credits",
            () => (scenarioId is { } group ? disk.Versions.Group(group) : disk.Scenes.Values)
                .Sum(row => (long)(row.State.ServiceCredits ?? 0)),
            cancellationToken);

    public Task<SharedLook?> FindLookAsync(Guid scenarioId, CancellationToken cancellationToken) =>
        link.CallAsync($"find look", () => disk.Versions.LookOf(scenarioId), cancellationToken);

    public Task<StoredScenario?> ReadScenarioAsync(Guid scenarioId, CancellationToken cancellationToken) =>
        link.CallAsync($"read scenario", () => disk.Versions.Read(scenarioId), cancellationToken);

    public Task<IReadOnlyList<ListedScenario>> ListScenariosAsync(ScenarioQuery query, CancellationToken cancellationToken) =>
        throw new NotSupportedException("No seed lists scenarios.");

    public Task<string?> BeginImagesAsync(IReadOnlyList<NewImage> images, CancellationToken cancellationToken) =>
        link.CallAsync($"begin {images.Count} images", () => disk.Versions.Begin(images), cancellationToken);

    public Task ShowImageAsync(Guid sceneId, int version, CancellationToken cancellationToken) =>
        link.CallAsync($"show version {version} of {PromptOf(sceneId)}", () => disk.Versions.Show(sceneId, version), cancellationToken);

    public Task<bool> IsUsedAsync(Guid scenarioId, CancellationToken cancellationToken) =>
        link.CallAsync($"look for an id", () => disk.Versions.IsUsed(scenarioId), cancellationToken);

    public Task<bool> BeginRemovalAsync(Guid scenarioId, IReadOnlyCollection<Guid> ended, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Nobody removes a scenario in the simulation.");

    public Task RemoveScenarioAsync(Guid scenarioId, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Nobody removes a scenario in the simulation.");

    private bool Take(Guid sceneId, string runner, TimeSpan lease)
    {
        var isTaken = disk.Taken.TryGetValue(sceneId, out var by) && by.Runner != runner && by.Until > link.World.Now;
        if (isTaken || disk.Scenes.GetValueOrDefault(sceneId)?.State is not
            { GenerationId: null, Status: SceneStatus.Pending or SceneStatus.Generating })
        {
            return false;
        }

        disk.Taken[sceneId] = (runner, link.World.Now + lease);
        return true;
    }

    private string? PromptOf(Guid sceneId) => disk.Scenes.GetValueOrDefault(sceneId)?.Scene.ImagePrompt;
}
