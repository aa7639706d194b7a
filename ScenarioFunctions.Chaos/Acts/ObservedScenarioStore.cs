using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Chaos.Acts;

/// <summary>The rows, observed.</summary>
internal sealed class ObservedScenarioStore(IScenarioStore inner, IActObserver observer) : IScenarioStore
{
    public Task SaveScenarioAsync(ScenarioRow row, CancellationToken cancellationToken) =>
        observer.AroundAsync(Act.SaveScenario, () => inner.SaveScenarioAsync(row, cancellationToken));

    public Task SaveScenesAsync(IReadOnlyList<SceneRow> rows, CancellationToken cancellationToken) =>
        observer.AroundAsync(Act.SaveScenes, () => inner.SaveScenesAsync(rows, cancellationToken));

    public Task<SceneRow?> FindSceneAsync(Guid sceneId, CancellationToken cancellationToken) =>
        observer.AroundAsync(Act.FindScene, () => inner.FindSceneAsync(sceneId, cancellationToken));

    public Task<IReadOnlyList<SceneRow>> ListScenesAsync(Guid scenarioId, CancellationToken cancellationToken) =>
        observer.AroundAsync(Act.ListScenes, () => inner.ListScenesAsync(scenarioId, cancellationToken));

    public Task<bool> TakeSceneAsync(Guid sceneId, string runner, TimeSpan lease, CancellationToken cancellationToken) =>
        inner.TakeSceneAsync(sceneId, runner, lease, cancellationToken);

    public Task<bool> UpdateSceneAsync(Guid sceneId, SceneState state, CancellationToken cancellationToken) =>
        observer.AroundAsync(ActOf(state), () => inner.UpdateSceneAsync(sceneId, state, cancellationToken));

    public Task EndPendingScenesAsync(Guid scenarioId, SceneState state, CancellationToken cancellationToken) =>
        observer.AroundAsync(Act.EndScenes, () => inner.EndPendingScenesAsync(scenarioId, state, cancellationToken));

    public Task<long> CountRejectionsAsync(string userId, DateTimeOffset since, CancellationToken cancellationToken) =>
        observer.AroundAsync(Act.Usage, () => inner.CountRejectionsAsync(userId, since, cancellationToken));

    public Task<long> SumServiceCreditsAsync(Guid? scenarioId, DateTimeOffset since, CancellationToken cancellationToken) =>
        observer.AroundAsync(Act.Usage, () => inner.SumServiceCreditsAsync(scenarioId, since, cancellationToken));

    public Task<SharedLook?> FindLookAsync(Guid scenarioId, CancellationToken cancellationToken) =>
        inner.FindLookAsync(scenarioId, cancellationToken);

    public Task<StoredScenario?> ReadScenarioAsync(Guid scenarioId, CancellationToken cancellationToken) =>
        inner.ReadScenarioAsync(scenarioId, cancellationToken);

    public Task<IReadOnlyList<ListedScenario>> ListScenariosAsync(ScenarioQuery query, CancellationToken cancellationToken) =>
        inner.ListScenariosAsync(query, cancellationToken);

    public Task<string?> BeginImagesAsync(IReadOnlyList<NewImage> images, CancellationToken cancellationToken) =>
        observer.AroundAsync(Act.BeginImages, () => inner.BeginImagesAsync(images, cancellationToken));

    public Task ShowImageAsync(Guid sceneId, int version, CancellationToken cancellationToken) =>
        observer.AroundAsync(Act.ShowImage, () => inner.ShowImageAsync(sceneId, version, cancellationToken));

    public Task<bool> IsUsedAsync(Guid scenarioId, CancellationToken cancellationToken) =>
        inner.IsUsedAsync(scenarioId, cancellationToken);

    public Task<bool> BeginRemovalAsync(Guid scenarioId, IReadOnlyCollection<Guid> ended, CancellationToken cancellationToken) =>
        inner.BeginRemovalAsync(scenarioId, ended, cancellationToken);

    public Task RemoveScenarioAsync(Guid scenarioId, CancellationToken cancellationToken) =>
        inner.RemoveScenarioAsync(scenarioId, cancellationToken);

    private static string ActOf(SceneState state) => state switch
    {
        { Status: SceneStatus.Completed } => Act.Mark,
        { Status: SceneStatus.Generating, ImageUrl: not null } => Act.Place,
        { Status: SceneStatus.Generating, GenerationId: not null } => Act.Record,
        _ => Act.Change,
    };
}
