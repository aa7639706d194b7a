using System.Globalization;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using Supabase.Postgrest;
using Supabase.Postgrest.Attributes;
using Supabase.Postgrest.Interfaces;
using Supabase.Postgrest.Models;
using static Supabase.Postgrest.Constants;
using static Supabase.Postgrest.QueryOptions;

namespace ScenarioFunctions.Supabase;

/// <summary>The tables <c>video_scenarios</c> and <c>video_scenes</c> in Supabase.</summary>
internal sealed class SupabaseScenarioStore(SupabaseDatabase database) : IScenarioStore
{
    /// <summary>
    /// As a collection of one: the package takes a single row apart on its way out, and would lose a
    /// <c>$type</c> or <c>$id</c> that heads its metadata.
    /// </summary>
    public Task SaveScenarioAsync(ScenarioRow row, CancellationToken cancellationToken) =>
        database.CallAsync<ScenarioRecord, object>(
            "Saving the scenario",
            async (table, stop) => await table.Upsert([ScenarioRecord.Of(row)], Replacing(), stop),
            cancellationToken);

    /// <summary>
    /// First the rows that are missing, with their state, then what was posted over all of them. Each call
    /// is one transaction, and both may be repeated: after the first, every row is there.
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

    public async Task<SceneRow?> FindSceneAsync(Guid sceneId, CancellationToken cancellationToken)
    {
        var found = await database.CallAsync<SceneRecord, SceneRecord?>(
            "Reading a scene",
            async (table, stop) => (await ById(table, sceneId).Get(stop)).Models.FirstOrDefault(),
            cancellationToken);
        return found?.ToRow();
    }

    public async Task<IReadOnlyList<SceneRow>> ListScenesAsync(Guid scenarioId, CancellationToken cancellationToken)
    {
        var found = await database.CallAsync<SceneRecord, List<SceneRecord>>(
            "Reading the scenes",
            async (table, stop) => (await ByScenario(table, scenarioId)
                .Order("scene_number", Ordering.Ascending)
                .Get(stop)).Models,
            cancellationToken);
        return [.. found.Select(record => record.ToRow())];
    }

    public async Task<bool> TakeSceneAsync(
        Guid sceneId, string runner, TimeSpan lease, CancellationToken cancellationToken)
    {
        var call = new TakeSceneCall { SceneId = sceneId.ToString(), Runner = runner, LeaseSeconds = lease.TotalSeconds };
        var answer = await database.CallAsync<TakeSceneCall, string>(
            "Taking a scene",
            async (table, stop) => (await table.Insert(call, cancellationToken: stop)).Content?.Trim() ?? "",
            cancellationToken);
        return bool.TryParse(answer, out var taken)
            ? taken
            : throw new StorageException($"take_scene answered '{answer}', not a boolean.", isTransient: false);
    }

    public Task UpdateSceneAsync(Guid sceneId, SceneState state, CancellationToken cancellationToken) =>
        database.CallAsync<SceneRecord, object>(
            "Updating a scene",
            async (table, stop) => await WithState(ById(table, sceneId), state).Update(Silent(), stop),
            cancellationToken);

    public Task EndPendingScenesAsync(Guid scenarioId, SceneState state, CancellationToken cancellationToken) =>
        database.CallAsync<SceneRecord, object>(
            "Ending the pending scenes",
            async (table, stop) => await WithState(
                ByScenario(table, scenarioId).Filter("status", Operator.Equals, EnumNames.Of(SceneStatus.Pending)),
                state).Update(Silent(), stop),
            cancellationToken);

    public Task<long> CountRejectionsAsync(string userId, DateTimeOffset since, CancellationToken cancellationToken) =>
        NumberAsync(
            "Counting rejected images", new RejectedImagesCall { UserId = userId, Since = Text(since) }, cancellationToken);

    public Task<long> SumServiceCreditsAsync(Guid? scenarioId, DateTimeOffset since, CancellationToken cancellationToken) =>
        NumberAsync(
            "Adding up what images cost",
            new SpentCreditsCall { ScenarioId = scenarioId?.ToString() ?? "", Since = Text(since) },
            cancellationToken);

    private Task<long> NumberAsync<TCall>(string act, TCall call, CancellationToken cancellationToken)
        where TCall : BaseModel, new() =>
        database.CallAsync<TCall, long>(
            act,
            async (table, stop) => long.Parse(
                (await table.Insert(call, cancellationToken: stop)).Content ?? "", CultureInfo.InvariantCulture),
            cancellationToken);

    /// <summary>In a form that the package does not take for a date of its own.</summary>
    private static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff 'UTC'", CultureInfo.InvariantCulture);

    private static IPostgrestTable<SceneRecord> ById(IPostgrestTable<SceneRecord> table, Guid id) =>
        table.Filter("id", Operator.Equals, id.ToString());

    private static IPostgrestTable<SceneRecord> ByScenario(IPostgrestTable<SceneRecord> table, Guid id) =>
        table.Filter("scenario_id", Operator.Equals, id.ToString());

    private static IPostgrestTable<SceneRecord> WithState(IPostgrestTable<SceneRecord> table, SceneState state) =>
        table
            .Set(scene => scene.Status!, EnumNames.Of(state.Status))
            .Set(scene => scene.FailureReason!, EnumNames.Of(state.Reason))
            .Set(scene => scene.GenerationId!, state.GenerationId)
            .Set(scene => scene.ImageUrl!, state.ImageUrl)
            .Set(scene => scene.ImageNote!, state.Note)
            .Set(scene => scene.ImageServiceCredits!, state.ServiceCredits)
            .Set(scene => scene.TakenBy!, null);

    private static QueryOptions Silent() => new() { Returning = ReturnType.Minimal };

    private static QueryOptions Replacing() => new() { Returning = ReturnType.Minimal, OnConflict = "id" };

    private static QueryOptions Keeping() => new()
    {
        Returning = ReturnType.Minimal,
        OnConflict = "id",
        DuplicateResolution = DuplicateResolutionType.IgnoreDuplicates,
    };
}

/// <summary>The named arguments of <c>rejected_images</c>, as a row that is posted: see <see cref="SupabaseCreditLedger"/>.</summary>
[Table("rpc/rejected_images")]
internal sealed class RejectedImagesCall : BaseModel
{
    [Column("user_id")]
    public string? UserId { get; set; }

    [Column("since")]
    public string? Since { get; set; }
}

/// <summary>The named arguments of <c>spent_image_service_credits</c>; an empty id stands for all scenarios.</summary>
[Table("rpc/spent_image_service_credits")]
internal sealed class SpentCreditsCall : BaseModel
{
    [Column("scenario_id")]
    public string? ScenarioId { get; set; }

    [Column("since")]
    public string? Since { get; set; }
}
