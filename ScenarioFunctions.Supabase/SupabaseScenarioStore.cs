using Newtonsoft.Json.Linq;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using Supabase.Postgrest;
using Supabase.Postgrest.Models;
using static Supabase.Postgrest.Constants;
using static Supabase.Postgrest.QueryOptions;

namespace ScenarioFunctions.Supabase;

/// <summary>The tables <c>video_scenarios</c>, <c>video_scenes</c> and <c>video_scene_images</c> in Supabase.</summary>
internal sealed class SupabaseScenarioStore(SupabaseDatabase database) : IScenarioStore
{
    /// <summary>
    /// Sends a collection of one row: the package converts a single row and would lose a <c>$type</c> or <c>$id</c> at the start of
    /// its metadata.
    /// </summary>
    public Task SaveScenarioAsync(ScenarioRow row, CancellationToken cancellationToken) =>
        database.CallAsync<ScenarioRecord, object>(
            "Saving the scenario",
            async (table, stop) => await table.Upsert([ScenarioRecord.Of(row)], Replacing(), stop),
            cancellationToken);

    /// <summary>
    /// First inserts the missing rows with their state, then upserts what was posted over all rows. Each call is one transaction,
    /// and both may be repeated.
    /// </summary>
    public async Task SaveScenesAsync(IReadOnlyList<SceneRow> rows, CancellationToken cancellationToken)
    {
        const string Act = "Saving the scenes";
        await database.CallAsync<SceneRecord, object>(
            Act,
            async (table, stop) => await table.Upsert([.. rows.Select(SceneRecord.Of)], Keeping(), stop),
            cancellationToken);
        await database.CallAsync<SceneContentRecord, object>(
            Act,
            async (table, stop) => await table.Upsert([.. rows.Select(SceneContentRecord.Of)], Replacing(), stop),
            cancellationToken);
    }

    public async Task<SceneRow?> FindSceneAsync(Guid sceneId, CancellationToken cancellationToken) =>
        (await ReadAsync<SceneRecord>("id", sceneId, cancellationToken)
            ?? await ReadAsync<SceneImageTable>("id", sceneId, cancellationToken))?[0].ToRow();

    public async Task<IReadOnlyList<SceneRow>> ListScenesAsync(Guid scenarioId, CancellationToken cancellationToken)
    {
        var found = await ReadAsync<SceneRecord>("scenario_id", scenarioId, cancellationToken)
            ?? await ReadAsync<SceneImageTable>("run_id", scenarioId, cancellationToken)
            ?? [];
        return [.. found.Select(row => row.ToRow())];
    }

    public Task<bool> TakeSceneAsync(Guid sceneId, string runner, TimeSpan lease, CancellationToken cancellationToken) => database.InvokeBooleanAsync(
        "Taking a scene",
        new TakeSceneCall { SceneId = sceneId.ToString(), Runner = runner, LeaseSeconds = lease.TotalSeconds },
        cancellationToken);

    public Task<bool> UpdateSceneAsync(Guid sceneId, SceneState state, CancellationToken cancellationToken) => database.InvokeBooleanAsync(
        "Updating a scene", new UpdateSceneCall { SceneId = sceneId.ToString(), State = StoredRow.ToJson(state) }, cancellationToken);

    public Task EndPendingScenesAsync(Guid scenarioId, SceneState state, CancellationToken cancellationToken) => database.InvokeAsync(
        "Ending the pending scenes",
        new EndPendingScenesCall { GroupId = scenarioId.ToString(), State = StoredRow.ToJson(state) },
        cancellationToken);

    public async Task<SharedLook?> FindLookAsync(Guid scenarioId, CancellationToken cancellationToken)
    {
        const string Act = "Reading a scenario's look";
        var scenario = await database.CallAsync<ScenarioRecord, string?>(
            Act,
            async (table, stop) => (await table.Filter("id", Operator.Equals, $"{scenarioId}").Get(stop)).Content,
            cancellationToken);
        var first = await database.CallAsync<SceneRecord, string?>(
            Act,
            async (table, stop) => (await table.Filter("scenario_id", Operator.Equals, $"{scenarioId}")
                .Filter("scene_number", Operator.Equals, "1")
                .Get(stop)).Content,
            cancellationToken);
        var image = StoredJson.Read(first, StoredJson.Default.IReadOnlyListStoredRow) is [var row, ..] ? row.ToRow().State.ShownImage : null;
        return StoredJson.Read(scenario, StoredJson.Default.IReadOnlyListStoredScenarioRow) is [{ Metadata: { } metadata }, ..]
            ? SharedLook.In(metadata, image)
            : null;
    }

    public async Task<StoredScenario?> ReadScenarioAsync(Guid scenarioId, CancellationToken cancellationToken)
    {
        var answer = await database.InvokeAsync("Reading a scenario", new ReadScenarioCall { ScenarioId = scenarioId.ToString() }, cancellationToken);
        var found = StoredJson.Read(answer, StoredJson.Default.WholeScenario);
        return found.Scenario is { } scenario
            ? new StoredScenario(
                scenario.ToRow(),
                scenario.CreatedAt ?? default,
                [.. found.Scenes.Select(row => row.ToRow())],
                [.. found.Images.Select(row => row.ToImage())])
            : null;
    }

    public async Task<IReadOnlyList<ListedScenario>> ListScenariosAsync(ScenarioQuery query, CancellationToken cancellationToken)
    {
        var call = new ListScenariosCall
        {
            ShortId = query.ShortId ?? "",
            UserId = query.UserId ?? "",
            Before = query.After is { } after ? SupabaseDatabase.Text(after.CreatedAt) : "",
            BeforeId = query.After?.Id.ToString() ?? "",
            MaxCount = query.Limit,
        };
        var answer = await database.InvokeAsync("Listing the scenarios", call, cancellationToken);
        return
        [
            .. StoredJson.Read(answer, StoredJson.Default.ScenarioList).Listed
                .Select(row => new ListedScenario(row.ToRow(), row.CreatedAt ?? default, row.Images)),
        ];
    }

    public async Task<string?> BeginImagesAsync(IReadOnlyList<NewImage> images, CancellationToken cancellationToken)
    {
        var call = new BeginImagesCall { Images = StoredRow.ToJson(images) };
        var answer = await database.InvokeAsync("Beginning images", call, cancellationToken);
        return StoredJson.Read(answer, StoredJson.Default.String) is { Length: > 0 } other ? other : null;
    }

    public Task ShowImageAsync(Guid sceneId, int version, CancellationToken cancellationToken) => database.InvokeAsync(
        "Showing an image", new ShowImageCall { SceneId = sceneId.ToString(), Version = version }, cancellationToken);

    public Task<bool> IsUsedAsync(Guid scenarioId, CancellationToken cancellationToken) => database.InvokeBooleanAsync(
        "Looking for an id", new IdIsUsedCall { ScenarioId = scenarioId.ToString() }, cancellationToken);

    public Task<bool> BeginRemovalAsync(Guid scenarioId, IReadOnlyCollection<Guid> ended, CancellationToken cancellationToken) => database.InvokeBooleanAsync(
        "Beginning to remove a scenario",
        new BeginRemovalCall { ScenarioId = scenarioId.ToString(), Ended = new JArray(ended.Select(id => id.ToString())) },
        cancellationToken);

    public Task RemoveScenarioAsync(Guid scenarioId, CancellationToken cancellationToken) => database.InvokeAsync(
        "Removing a scenario", new RemoveScenarioCall { ScenarioId = scenarioId.ToString() }, cancellationToken);

    public Task<long> CountRejectionsAsync(string userId, DateTimeOffset since, CancellationToken cancellationToken) =>
        database.InvokeNumberAsync(
            "Counting rejected images", new RejectedImagesCall { UserId = userId, Since = SupabaseDatabase.Text(since) }, cancellationToken);

    public Task<long> SumServiceCreditsAsync(Guid? scenarioId, DateTimeOffset since, CancellationToken cancellationToken) =>
        database.InvokeNumberAsync(
            "Adding up what images cost",
            new SpentCreditsCall { ScenarioId = scenarioId?.ToString() ?? "", Since = SupabaseDatabase.Text(since) },
            cancellationToken);

    /// <summary>The rows with this id in a column, by scene number; null when there are none.</summary>
    private async Task<IReadOnlyList<StoredRow>?> ReadAsync<TTable>(string column, Guid id, CancellationToken cancellationToken)
        where TTable : BaseModel, new()
    {
        var answer = await database.CallAsync<TTable, string?>(
            "Reading scenes",
            async (table, stop) => (await table.Filter(column, Operator.Equals, id.ToString())
                .Order("scene_number", Ordering.Ascending)
                .Get(stop)).Content,
            cancellationToken);
        return StoredJson.Read(answer, StoredJson.Default.IReadOnlyListStoredRow) is { Count: > 0 } rows ? rows : null;
    }

    private static QueryOptions Replacing() => new() { Returning = ReturnType.Minimal, OnConflict = "id" };

    private static QueryOptions Keeping() => new()
    {
        Returning = ReturnType.Minimal,
        OnConflict = "id",
        DuplicateResolution = DuplicateResolutionType.IgnoreDuplicates,
    };
}
