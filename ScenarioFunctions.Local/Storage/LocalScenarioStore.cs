using Dapper;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Local.Storage;

/// <summary>The tables of <c>001_scenarios.sql</c>, <c>008_scene_images.sql</c> and <c>011_removed_images.sql</c>.</summary>
internal sealed partial class LocalScenarioStore(LocalDatabase database, TimeProvider clock) : IScenarioStore
{
    private const string SetState = """
        status = @status, failure_reason = @reason, failure_code = @FailureCode, generation_id = @GenerationId,
        ordered_at = @OrderedAt, image_attempt = @Attempt, stored_at = @StoredAt,
        ended_at = iif(@status IN ('pending', 'generating'), NULL, iif(status IN ('pending', 'generating'), @now, ended_at)),
        image_url = @ImageUrl, image_note = @Note, image_service_credits = @ServiceCredits,
        image_model = @Model, image_ratio = @Ratio, image_seed = @Seed, credits_charged = @CreditsCharged,
        updated_at = @now, taken_by = NULL, taken_until = NULL
        """;

    /// <summary>A scene in progress stays in progress, with its generation. Only an order is recorded in a cancelled one, to be cancelled, too.</summary>
    private const string GoesOn = """
        id = @id
        AND (status IN ('pending', 'generating') OR (status = 'cancelled' AND @GenerationId IS NOT NULL AND @ImageUrl IS NULL))
        AND (generation_id IS NULL OR @GenerationId IS NULL OR generation_id = @GenerationId)
        AND (image_url IS NULL OR generation_id = @GenerationId)
        """;

    public Task SaveScenarioAsync(ScenarioRow row, CancellationToken cancellationToken)
    {
        var metadata = row.Details.Metadata.ToJsonString(); // not in the write: all callers share the writer's thread
        var now = clock.GetUtcNow();
        return database.WriteAsync(
            connection => connection.ExecutePrepared(
                """
                INSERT INTO video_scenarios
                    (id, short_id, user_id, title, description, script, scene_count, estimated_duration, metadata, task_id, created_at)
                VALUES
                    (@Id, @ShortId, @UserId, @Title, @Description, @Script, @SceneCount, @EstimatedDuration, @metadata, @TaskId, @now)
                ON CONFLICT (id) DO UPDATE SET
                    short_id = excluded.short_id, user_id = excluded.user_id, title = excluded.title,
                    description = excluded.description, script = excluded.script,
                    scene_count = excluded.scene_count, estimated_duration = excluded.estimated_duration,
                    metadata = excluded.metadata, task_id = excluded.task_id
                """,
                ("@Id", row.Id), ("@ShortId", row.ShortId), ("@UserId", row.UserId), ("@Title", row.Details.Title),
                ("@Description", row.Details.Description), ("@Script", row.Details.Script), ("@SceneCount", row.SceneCount),
                ("@EstimatedDuration", row.Details.EstimatedDuration), ("@metadata", metadata), ("@TaskId", row.TaskId),
                ("@now", now)),
            cancellationToken);
    }

    public Task SaveScenesAsync(IReadOnlyList<SceneRow> rows, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return database.WriteAsync(
            connection =>
            {
                foreach (var row in rows)
                {
                    Upsert(connection, row, now);
                }
            },
            cancellationToken);
    }

    public Task<SceneRow?> FindSceneAsync(Guid sceneId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            connection => (connection.QuerySingleOrDefault<SceneRecord>("SELECT * FROM video_scenes WHERE id = @sceneId", new { sceneId })
                ?? connection.QuerySingleOrDefault<SceneRecord>($"{MadeAgainAsScene} WHERE id = @sceneId", new { sceneId }))?.ToRow(),
            cancellationToken);

    public Task<IReadOnlyList<SceneRow>> ListScenesAsync(Guid scenarioId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<SceneRow>>(
            connection => [.. connection
                .Query<SceneRecord>("SELECT * FROM video_scenes WHERE scenario_id = @scenarioId ORDER BY scene_number", new { scenarioId })
                .Concat(connection.Query<SceneRecord>($"{MadeAgainAsScene} WHERE run_id = @scenarioId ORDER BY scene_number", new { scenarioId }))
                .Select(record => record.ToRow())],
            cancellationToken);

    public Task<bool> TakeSceneAsync(Guid sceneId, string runner, TimeSpan lease, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var until = now + (long)lease.TotalMilliseconds;
        return database.WriteAsync(
            connection => Either((table, group) => connection.ExecutePrepared(
                $"""
                UPDATE {table} SET taken_by = @runner, taken_until = @until
                WHERE id = @sceneId AND {group} IS NOT NULL AND generation_id IS NULL AND status IN ('pending', 'generating')
                    AND (taken_by IS NULL OR taken_by = @runner OR taken_until <= @now)
                """,
                ("@runner", runner), ("@until", until), ("@sceneId", sceneId), ("@now", now))) > 0,
            cancellationToken);
    }

    /// <summary>
    /// Records a generation's id even when another process has claimed the database meanwhile: that process then finds it and
    /// does not order a second image.
    /// </summary>
    public async Task<bool> UpdateSceneAsync(Guid sceneId, SceneState state, CancellationToken cancellationToken) =>
        await SetStateAsync(
            state.Status == SceneStatus.Generating ? GoesOn : "id = @id",
            sceneId,
            state,
            evenWhenReplaced: state is { Status: SceneStatus.Generating, GenerationId: not null, ImageUrl: null },
            cancellationToken) > 0;

    public Task EndPendingScenesAsync(Guid scenarioId, SceneState state, CancellationToken cancellationToken) =>
        SetStateAsync(
            "group_id = @id AND status = 'pending'", scenarioId, state, evenWhenReplaced: false, cancellationToken);

    public Task<long> CountRejectionsAsync(string userId, DateTimeOffset since, CancellationToken cancellationToken) =>
        database.ReadAsync(
            connection => connection.ExecuteScalar<long>(
                """
                SELECT COUNT(*) + (SELECT COUNT(*) FROM removed_images WHERE is_rejected AND updated_at >= @since AND user_id = @userId)
                FROM (
                    SELECT scenario_id, updated_at FROM video_scenes WHERE failure_reason = 'content_rejected'
                    UNION ALL
                    SELECT scenario_id, updated_at FROM video_scene_images
                    WHERE failure_reason = 'content_rejected' AND run_id IS NOT NULL) rejected
                JOIN video_scenarios ON video_scenarios.id = rejected.scenario_id
                WHERE updated_at >= @since AND user_id = @userId
                """,
                new { userId, since }),
            cancellationToken);

    public Task<long> SumServiceCreditsAsync(Guid? scenarioId, DateTimeOffset since, CancellationToken cancellationToken)
    {
        string Sum(string table, string group) =>
            $"""
            SELECT COALESCE(SUM(image_service_credits), 0) FROM {table}
            WHERE image_service_credits IS NOT NULL AND {(scenarioId is null ? "updated_at >= @since" : $"{group} = @scenarioId")}
            """;
        var removed = scenarioId is null ? $"({Sum("removed_images", "")})" : "0";
        return database.ReadAsync(
            connection => connection.ExecuteScalar<long>(
                $"SELECT ({Sum("video_scenes", "scenario_id")}) + ({Sum("video_scene_images", "run_id")} AND run_id IS NOT NULL) + {removed}",
                new { scenarioId, since }),
            cancellationToken);
    }

    private Task<int> SetStateAsync(
        string where, Guid id, SceneState state, bool evenWhenReplaced, CancellationToken cancellationToken)
    {
        var (status, reason, now) = (EnumNames.Of(state.Status), EnumNames.Of(state.Reason), clock.GetUtcNow());
        return database.WriteAsync(
            connection => Either((table, group) => connection.ExecutePrepared(
                $"UPDATE {table} SET {SetState} WHERE {group} IS NOT NULL AND {where.Replace("group_id", group, StringComparison.Ordinal)}",
                ("@status", status), ("@reason", reason), ("@FailureCode", state.FailureCode), ("@GenerationId", state.GenerationId),
                ("@OrderedAt", state.OrderedAt), ("@Attempt", state.Attempt), ("@StoredAt", state.StoredAt), ("@now", now),
                ("@ImageUrl", state.ImageUrl), ("@Note", state.Note), ("@ServiceCredits", state.ServiceCredits),
                ("@Model", state.Model), ("@Ratio", state.Ratio), ("@Seed", state.Seed), ("@CreditsCharged", state.CreditsCharged),
                ("@id", id))),
            evenWhenReplaced,
            cancellationToken);
    }

    private static void Upsert(WriteConnection connection, SceneRow row, DateTimeOffset now)
    {
        var (scene, state) = (row.Scene, row.State);
        var (status, reason) = (EnumNames.Of(state.Status), EnumNames.Of(state.Reason));
        connection.ExecutePrepared(
            """
            INSERT INTO video_scenes
                (id, scenario_id, scene_number, description, duration, image_prompt, visual_prompt,
                 product_reference_image_url, image_reasoning,
                 status, failure_reason, generation_id, image_url, image_note, image_service_credits,
                 image_model, image_ratio, image_seed, credits_charged, created_at, updated_at)
            VALUES
                (@Id, @ScenarioId, @SceneNumber, @Description, @Duration, @ImagePrompt, @VisualPrompt,
                 @ProductReferenceImageUrl, @ImageReasoning,
                 @status, @reason, @GenerationId, @ImageUrl, @Note, @ServiceCredits,
                 @Model, @Ratio, @Seed, @CreditsCharged, @now, @now)
            ON CONFLICT (id) DO UPDATE SET
                scenario_id = excluded.scenario_id, scene_number = excluded.scene_number,
                description = excluded.description, duration = excluded.duration,
                image_prompt = excluded.image_prompt, visual_prompt = excluded.visual_prompt,
                product_reference_image_url = excluded.product_reference_image_url,
                image_reasoning = excluded.image_reasoning, updated_at = excluded.updated_at
            """,
            ("@Id", row.Id), ("@ScenarioId", row.ScenarioId), ("@SceneNumber", scene.SceneNumber),
            ("@Description", scene.Description), ("@Duration", scene.Duration), ("@ImagePrompt", scene.ImagePrompt),
            ("@VisualPrompt", scene.VisualPrompt), ("@ProductReferenceImageUrl", scene.ProductReferenceImageUrl),
            ("@ImageReasoning", scene.ImageReasoning), ("@status", status), ("@reason", reason),
            ("@GenerationId", state.GenerationId), ("@ImageUrl", state.ImageUrl), ("@Note", state.Note),
            ("@ServiceCredits", state.ServiceCredits), ("@Model", state.Model), ("@Ratio", state.Ratio), ("@Seed", state.Seed),
            ("@CreditsCharged", state.CreditsCharged), ("@now", now));
    }
}
