using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Tests.Infrastructure.Api;

/// <summary>Holds what a test says the scenes are.</summary>
internal sealed class FakeSceneStore : IScenarioStore
{
    public List<SceneRow> Scenes { get; } = [];

    public List<(Guid ScenarioId, SceneState State)> Ended { get; } = [];

    public int Reads { get; private set; }

    public Exception? Failure { get; set; }

    public List<StoredScenario> Scenarios { get; } = [];

    public List<NewImage> Begun { get; } = [];

    /// <summary>The tasks that the next calls to begin images are told of.</summary>
    public Queue<string> ImagesUnderWay { get; } = new();

    public List<(Guid SceneId, int Version)> Shown { get; } = [];

    public List<(Guid SceneId, SceneState State)> Updated { get; } = [];

    public List<Guid> EndedBeforeRemoval { get; } = [];

    /// <summary>What happens after a scenario was read, and before its removal begins.</summary>
    public Action BeforeRemoval { get; set; } = () => { };

    /// <summary>Whether an image is in progress when the removal of its scenario begins.</summary>
    public bool IsInProgress { get; set; }

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

    public Task<SharedLook?> FindLookAsync(Guid scenarioId, CancellationToken cancellationToken) => throw NotAsked();

    public Task<bool> TakeSceneAsync(Guid sceneId, string runner, TimeSpan lease, CancellationToken cancellationToken) =>
        throw NotAsked();

    public Task<bool> UpdateSceneAsync(Guid sceneId, SceneState state, CancellationToken cancellationToken)
    {
        Updated.Add((sceneId, state));
        return Task.FromResult(true);
    }

    private static NotSupportedException NotAsked() => new("The API never asks for this.");

    public Task<StoredScenario?> ReadScenarioAsync(Guid scenarioId, CancellationToken cancellationToken) => Failure is null
        ? Task.FromResult(Scenarios.Find(one => one.Row.Id == scenarioId))
        : throw Failure;

    public Task<IReadOnlyList<ListedScenario>> ListScenariosAsync(ScenarioQuery query, CancellationToken cancellationToken) => Failure is null
        ? Task.FromResult<IReadOnlyList<ListedScenario>>([.. Scenarios
            .Where(one => (query.UserId ?? one.Row.UserId) == one.Row.UserId && (query.ShortId ?? one.Row.ShortId) == one.Row.ShortId)
            .Take(query.Limit)
            .Select(one => new ListedScenario(one.Row, one.CreatedAt, one.Scenes.Count(scene => scene.State.ImageUrl is not null)))])
        : throw Failure;

    public Task<string?> BeginImagesAsync(IReadOnlyList<NewImage> images, CancellationToken cancellationToken)
    {
        if (Failure is not null)
        {
            throw Failure;
        }

        if (ImagesUnderWay.TryDequeue(out var other))
        {
            return Task.FromResult<string?>(other);
        }

        Begun.AddRange(images);
        return Task.FromResult<string?>(null);
    }

    public Task ShowImageAsync(Guid sceneId, int version, CancellationToken cancellationToken)
    {
        Shown.Add((sceneId, version));
        return Failure is null ? Task.CompletedTask : throw Failure;
    }

    /// <summary>Ids that were used, besides those of <see cref="Scenarios"/>.</summary>
    public HashSet<Guid> Used { get; } = [];

    public Task<bool> IsUsedAsync(Guid scenarioId, CancellationToken cancellationToken) => Failure is null
        ? Task.FromResult(Used.Contains(scenarioId) || Scenarios.Exists(one => one.Row.Id == scenarioId))
        : throw Failure;

    public Task<bool> BeginRemovalAsync(Guid scenarioId, IReadOnlyCollection<Guid> ended, CancellationToken cancellationToken)
    {
        EndedBeforeRemoval.AddRange(ended);
        BeforeRemoval();
        return Task.FromResult(!IsInProgress);
    }

    public Task RemoveScenarioAsync(Guid scenarioId, CancellationToken cancellationToken)
    {
        Scenarios.RemoveAll(one => one.Row.Id == scenarioId);
        return Failure is null ? Task.CompletedTask : throw Failure;
    }

    public Task<long> CountRejectionsAsync(string userId, DateTimeOffset since, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<long> SumServiceCreditsAsync(Guid? scenarioId, DateTimeOffset since, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
