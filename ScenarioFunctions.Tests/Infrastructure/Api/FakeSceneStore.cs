using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Tests.Infrastructure.Api;

/// <summary>Holds what a test says the scenes are.</summary>
internal sealed class FakeSceneStore : IScenarioStore
{
    public List<SceneRow> Scenes { get; } = [];

    public List<(Guid ScenarioId, SceneState State)> Ended { get; } = [];

    public int Reads { get; private set; }

    public StorageException? Failure { get; set; }

    public Task<IReadOnlyList<SceneRow>> ListScenesAsync(Guid scenarioId, CancellationToken cancellationToken)
    {
        Reads++;
        return Failure is null
            ? Task.FromResult<IReadOnlyList<SceneRow>>([.. Scenes.Where(row => row.ScenarioId == scenarioId)])
            : throw Failure;
    }

    public Task EndPendingScenesAsync(Guid scenarioId, SceneState state, CancellationToken cancellationToken)
    {
        Ended.Add((scenarioId, state));
        return Failure is null ? Task.CompletedTask : throw Failure;
    }

    public Task SaveScenarioAsync(ScenarioRow row, CancellationToken cancellationToken) => throw NotAsked();

    public Task SaveScenesAsync(IReadOnlyList<SceneRow> rows, CancellationToken cancellationToken) => throw NotAsked();

    public Task<SceneRow?> FindSceneAsync(Guid sceneId, CancellationToken cancellationToken) => throw NotAsked();

    public Task<bool> TakeSceneAsync(Guid sceneId, string runner, TimeSpan lease, CancellationToken cancellationToken) =>
        throw NotAsked();

    public Task UpdateSceneAsync(Guid sceneId, SceneState state, CancellationToken cancellationToken) =>
        throw NotAsked();

    private static NotSupportedException NotAsked() => new("The API never asks for this.");

    public Task<long> CountRejectionsAsync(string userId, DateTimeOffset since, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<long> SumServiceCreditsAsync(Guid? scenarioId, DateTimeOffset since, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
