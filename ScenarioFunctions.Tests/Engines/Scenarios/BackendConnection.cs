using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Tests.Engines.Scenarios;

/// <summary>The backend as one life of a host sees it.</summary>
public sealed class BackendConnection(Backend backend, TimeProvider time) : IScenarioStore, IImageGenerator, IImageStore, ICreditLedger
{
    private readonly int life = backend.Epoch;

    /// <summary>The steps on a connection of their own to the backend. The settings are still to be added.</summary>
    public static ServiceCollection NewServices(Backend backend, TimeProvider time)
    {
        var connection = new BackendConnection(backend, time);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(time);
        services.AddSingleton<IScenarioStore>(connection);
        services.AddSingleton<IImageGenerator>(connection);
        services.AddSingleton<IImageStore>(connection);
        services.AddSingleton<ICreditLedger>(connection);
        services.AddSteps();
        return services;
    }

    public Task SaveScenarioAsync(ScenarioRow row, CancellationToken cancellationToken) =>
        ActAsync("save_scenario", () => backend.Removed.Contains(row.Id)
            ? throw new StorageException("The scenario was deleted.", isTransient: false)
            : backend.Scenarios[row.Id] = row);

    public Task SaveScenesAsync(IReadOnlyList<SceneRow> rows, CancellationToken cancellationToken) =>
        ActAsync("save_scenes", () =>
        {
            foreach (var row in rows)
            {
                backend.Scenes[row.Id] = row with
                {
                    State = backend.Scenes.TryGetValue(row.Id, out var old) ? old.State : row.State,
                };
                backend.Versions.Saved(backend.Scenes[row.Id]);
            }

            return rows.Count;
        });

    public Task<SceneRow?> FindSceneAsync(Guid sceneId, CancellationToken cancellationToken) =>
        ActAsync($"find {NumberOf(sceneId)}", () => backend.Scenes.GetValueOrDefault(sceneId));

    public Task<IReadOnlyList<SceneRow>> ListScenesAsync(Guid scenarioId, CancellationToken cancellationToken) =>
        ActAsync<IReadOnlyList<SceneRow>>("list_scenes", () => [.. backend.Versions.Group(scenarioId)]);

    /// <summary>A runner of an earlier life has ended.</summary>
    public Task<bool> TakeSceneAsync(Guid sceneId, string runner, TimeSpan lease, CancellationToken cancellationToken) =>
        ActAsync(
            $"take {NumberOf(sceneId)}",
            () => backend.Scenes[sceneId].State is { GenerationId: null, Status: SceneStatus.Pending or SceneStatus.Generating });

    public Task<bool> UpdateSceneAsync(Guid sceneId, SceneState state, CancellationToken cancellationToken) =>
        ActAsync(
            $"update {NumberOf(sceneId)}",
            () =>
            {
                if (!backend.Scenes.TryGetValue(sceneId, out var row) || !SceneVersions.Takes(row.State, state))
                {
                    return false;
                }

                backend.Scenes[sceneId] = Changed(row, state);
                backend.Versions.Saved(backend.Scenes[sceneId]);
                return true;
            });

    public Task EndPendingScenesAsync(Guid scenarioId, SceneState state, CancellationToken cancellationToken) =>
        ActAsync("end_pending", () =>
        {
            var pending = backend.Versions.Group(scenarioId).Where(row => row.State.Status == SceneStatus.Pending).ToList();
            pending.ForEach(row => backend.Scenes[row.Id] = Changed(row, state));
            return pending.Count;
        });

    public Task<long> CountRejectionsAsync(string userId, DateTimeOffset since, CancellationToken cancellationToken) =>
        ActAsync("rejections", () => backend.Versions.ReplacedRejections.Count
            + backend.Scenes.Values.LongCount(row => row.State.Reason == SceneReason.ContentRejected));

    public Task<long> SumServiceCreditsAsync(Guid? scenarioId, DateTimeOffset since, CancellationToken cancellationToken) =>
        ActAsync("spent", () => backend.Scenes.Values.Sum(row => (long)(row.State.ServiceCredits ?? 0)));

    public Task<SharedLook?> FindLookAsync(Guid scenarioId, CancellationToken cancellationToken) =>
        ActAsync("find_look", () => backend.Versions.LookOf(scenarioId));

    public Task<StoredScenario?> ReadScenarioAsync(Guid scenarioId, CancellationToken cancellationToken) =>
        ActAsync("read_scenario", () => backend.Versions.Read(scenarioId));

    public Task<IReadOnlyList<ListedScenario>> ListScenariosAsync(ScenarioQuery query, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<string?> BeginImagesAsync(IReadOnlyList<NewImage> images, CancellationToken cancellationToken) =>
        ActAsync("begin_images", () => backend.Versions.Begin(images));

    public Task ShowImageAsync(Guid sceneId, int version, CancellationToken cancellationToken) =>
        ActAsync("show", () => backend.Versions.Show(sceneId, version));

    public Task<bool> IsUsedAsync(Guid scenarioId, CancellationToken cancellationToken) =>
        ActAsync("is_used", () => backend.Versions.IsUsed(scenarioId));

    public Task<bool> BeginRemovalAsync(Guid scenarioId, IReadOnlyCollection<Guid> ended, CancellationToken cancellationToken) =>
        throw new NotSupportedException("No workflow removes a scenario.");

    public Task RemoveScenarioAsync(Guid scenarioId, CancellationToken cancellationToken) =>
        throw new NotSupportedException("No workflow removes a scenario.");

    /// <summary>The prompt is <c>Scene 2</c>; its first generation is <c>generation-2-1</c>.</summary>
    public Task<OrderedImage> SubmitAsync(ImageRequest request, CancellationToken cancellationToken)
    {
        var scene = request.PromptText.Split(' ')[1].TrimEnd('.');
        backend.Ratios[scene] = request.Ratio;
        backend.Ordered(request);
        return ActAsync($"submit {scene}", () =>
        {
            var id = $"generation-{scene}-{backend.Looks.Keys.Count(key => SceneOf(key) == int.Parse(scene)) + 1}";
            backend.Looks[id] = 0;
            return new OrderedImage(id, EstimatedCredits: 8);
        });
    }

    public Task<Generation> GetAsync(string generationId, CancellationToken cancellationToken) =>
        ActAsync($"get {SceneOf(generationId)}", () => backend.ForgottenGenerations.Contains(generationId)
            ? throw new ImageServiceException(ImageServiceFailure.NotFound, "There is no such task.")
            : backend.Generate(
                (SceneOf(generationId), int.Parse(generationId.Split('-')[2]), ++backend.Looks[generationId])));

    public Task<DownloadedImage> DownloadAsync(Uri output, CancellationToken cancellationToken) =>
        ActAsync("download", () => new DownloadedImage(new ImageFile("never written", File.OpenRead), "image/png", "png"));

    public Task CancelAsync(string generationId, CancellationToken cancellationToken) =>
        ActAsync($"cancel {SceneOf(generationId)}", () => backend.CancelledGenerations.Add(generationId));

    public Task<int?> FindConcurrencyAsync(string model, CancellationToken cancellationToken) =>
        Task.FromResult<int?>(backend.Concurrency);

    public Task<string> StoreAsync(
        string path, ImageFile image, string contentType, CancellationToken cancellationToken) =>
        ActAsync($"store {SceneOf(path)}", () =>
        {
            backend.Images[path] = [];
            return $"https://store.test/generated-content/{path}";
        });

    public Task DeleteAsync(string path, CancellationToken cancellationToken) =>
        ActAsync($"delete {SceneOf(path)}", () => backend.Images.Remove(path));

    public Task<CreditBalance> GetBalanceAsync(string userId, CancellationToken cancellationToken) =>
        ActAsync("balance", () => new CreditBalance(backend.Balance, backend.Holds.Values.Sum()));

    public Task<long?> HoldAsync(
        string userId, long amount, string reference, TimeSpan lifetime, CancellationToken cancellationToken) =>
        ActAsync<long?>("hold", () =>
        {
            if (backend.Holds.ContainsKey(reference))
            {
                return 0;
            }

            if (backend.Balance - backend.Holds.Values.Sum() < amount)
            {
                return null;
            }

            backend.Holds[reference] = amount;
            return amount;
        });

    public Task<long> ReleaseAsync(string hold, CancellationToken cancellationToken) =>
        ActAsync("release", () => backend.Holds.Remove(hold, out var left) ? left : 0);

    public Task<bool> DeductAsync(
        string userId, string action, int amount, string reference, string? hold, CancellationToken cancellationToken)
    {
        var scene = NumberOf(Guid.Parse(reference.Split(':')[0]));
        return ActAsync($"charge {scene}", () =>
        {
            if (backend.Charges.ContainsKey(reference))
            {
                return true;
            }

            var held = hold is null ? 0 : backend.Holds.GetValueOrDefault(hold);
            if (backend.Unchargeable.Contains(scene)
                || (held < amount && backend.Balance - backend.Holds.Values.Sum() < amount))
            {
                return false;
            }

            if (held >= amount)
            {
                backend.Holds[hold!] = held - amount;
            }

            backend.Charges[reference] = amount;
            backend.Balance -= amount;
            return true;
        });
    }

    /// <summary>A state that has ended gets the time of its record, once.</summary>
    private SceneRow Changed(SceneRow row, SceneState state) => row with
    {
        State = state,
        EndedAt = state.Status.IsInProgress() ? null
            : row.State.Status.IsInProgress() ? time.GetUtcNow() : row.EndedAt,
    };

    private Task<T> ActAsync<T>(string act, Func<T> effect) => backend.ActAsync(life, act, effect);

    private int NumberOf(Guid sceneId) =>
        backend.Locked(() => backend.Scenes.TryGetValue(sceneId, out var row) ? row.Scene.SceneNumber : 0);

    private static int SceneOf(string text) =>
        int.Parse(text[(text.IndexOf("generation-", StringComparison.Ordinal) + 11)..].Split('-')[0]);
}
