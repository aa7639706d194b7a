using Dapper;
using Microsoft.Data.Sqlite;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Local.Storage;

/// <summary>The tables of <c>001_scenarios.sql</c>.</summary>
internal sealed class LocalScenarioStore(LocalDatabase database, TimeProvider clock) : IScenarioStore
{
    private const string SetState = """
        status = @status, failure_reason = @reason, generation_id = @GenerationId,
        image_url = @ImageUrl, image_note = @Note, image_service_credits = @ServiceCredits,
        updated_at = @now, taken_by = NULL, taken_until = NULL
        """;

    public Task SaveScenarioAsync(ScenarioRow row, CancellationToken cancellationToken)
    {
        var metadata = row.Details.Metadata.ToJsonString(); // here: the writer's thread serves all
        var now = clock.GetUtcNow();
        return database.WriteAsync(
            connection => connection.Execute(
                """
                INSERT INTO video_scenarios
                    (id, short_id, user_id, title, description, script, scene_count, estimated_duration, metadata, created_at)
                VALUES
                    (@Id, @ShortId, @UserId, @Title, @Description, @Script, @SceneCount, @EstimatedDuration, @metadata, @now)
                ON CONFLICT (id) DO UPDATE SET
                    short_id = excluded.short_id, user_id = excluded.user_id, title = excluded.title,
                    description = excluded.description, script = excluded.script,
                    scene_count = excluded.scene_count, estimated_duration = excluded.estimated_duration,
                    metadata = excluded.metadata
                """,
                new
                {
                    row.Id, row.ShortId, row.UserId, row.Details.Title, row.Details.Description, row.Details.Script,
                    row.SceneCount, row.Details.EstimatedDuration, metadata, now,
                }),
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
            connection => connection
                .QuerySingleOrDefault<SceneRecord>("SELECT * FROM video_scenes WHERE id = @sceneId", new { sceneId })
                ?.ToRow(),
            cancellationToken);

    public Task<IReadOnlyList<SceneRow>> ListScenesAsync(Guid scenarioId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<SceneRow>>(
            connection => [.. connection
                .Query<SceneRecord>("SELECT * FROM video_scenes WHERE scenario_id = @scenarioId ORDER BY scene_number", new { scenarioId })
                .Select(record => record.ToRow())],
            cancellationToken);

    public Task<bool> TakeSceneAsync(Guid sceneId, string runner, TimeSpan lease, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var until = now + (long)lease.TotalMilliseconds;
        return database.WriteAsync(
            connection => connection.Execute(
                """
                UPDATE video_scenes SET taken_by = @runner, taken_until = @until
                WHERE id = @sceneId AND generation_id IS NULL AND status IN ('pending', 'generating')
                    AND (taken_by IS NULL OR taken_by = @runner OR taken_until <= @now)
                """,
                new { sceneId, runner, now, until }) > 0,
            cancellationToken);
    }

    /// <summary>
    /// The id of a generation is recorded even when another process has claimed the database meanwhile: that one then
    /// finds it and orders no second image.
    /// </summary>
    public Task UpdateSceneAsync(Guid sceneId, SceneState state, CancellationToken cancellationToken) =>
        state is { Status: SceneStatus.Generating, GenerationId: not null, ImageUrl: null }
            ? SetStateAsync(
                "id = @id AND (generation_id IS NULL OR generation_id = @GenerationId)",
                sceneId, state, evenWhenReplaced: true, cancellationToken)
            : SetStateAsync("id = @id", sceneId, state, evenWhenReplaced: false, cancellationToken);

    public Task EndPendingScenesAsync(Guid scenarioId, SceneState state, CancellationToken cancellationToken) =>
        SetStateAsync("scenario_id = @id AND status = 'pending'", scenarioId, state, evenWhenReplaced: false, cancellationToken);

    public Task<long> CountRejectionsAsync(string userId, DateTimeOffset since, CancellationToken cancellationToken) =>
        database.ReadAsync(
            connection => connection.ExecuteScalar<long>(
                """
                SELECT COUNT(*) FROM video_scenes
                JOIN video_scenarios ON video_scenarios.id = scenario_id
                WHERE failure_reason = 'content_rejected' AND updated_at >= @since AND user_id = @userId
                """,
                new { userId, since }),
            cancellationToken);

    public Task<long> SumServiceCreditsAsync(Guid? scenarioId, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var which = scenarioId is null ? "updated_at >= @since" : "scenario_id = @scenarioId";
        return database.ReadAsync(
            connection => connection.ExecuteScalar<long>(
                $"""
                SELECT COALESCE(SUM(image_service_credits), 0) FROM video_scenes
                WHERE image_service_credits IS NOT NULL AND {which}
                """,
                new { scenarioId, since }),
            cancellationToken);
    }

    private Task<int> SetStateAsync(
        string where, Guid id, SceneState state, bool evenWhenReplaced, CancellationToken cancellationToken)
    {
        var (status, reason, now) = (EnumNames.Of(state.Status), EnumNames.Of(state.Reason), clock.GetUtcNow());
        return database.WriteAsync(
            connection => connection.Execute(
                $"UPDATE video_scenes SET {SetState} WHERE {where}",
                new { id, status, reason, state.GenerationId, state.ImageUrl, state.Note, state.ServiceCredits, now }),
            evenWhenReplaced,
            cancellationToken);
    }

    private static void Upsert(SqliteConnection connection, SceneRow row, DateTimeOffset now)
    {
        var (scene, state) = (row.Scene, row.State);
        var (status, reason) = (EnumNames.Of(state.Status), EnumNames.Of(state.Reason));
        connection.Execute(
            """
            INSERT INTO video_scenes
                (id, scenario_id, scene_number, description, duration, image_prompt, visual_prompt,
                 product_reference_image_url, image_reasoning,
                 status, failure_reason, generation_id, image_url, image_note, image_service_credits, created_at, updated_at)
            VALUES
                (@Id, @ScenarioId, @SceneNumber, @Description, @Duration, @ImagePrompt, @VisualPrompt,
                 @ProductReferenceImageUrl, @ImageReasoning,
                 @status, @reason, @GenerationId, @ImageUrl, @Note, @ServiceCredits, @now, @now)
            ON CONFLICT (id) DO UPDATE SET
                scenario_id = excluded.scenario_id, scene_number = excluded.scene_number,
                description = excluded.description, duration = excluded.duration,
                image_prompt = excluded.image_prompt, visual_prompt = excluded.visual_prompt,
                product_reference_image_url = excluded.product_reference_image_url,
                image_reasoning = excluded.image_reasoning, updated_at = excluded.updated_at
            """,
            new
            {
                row.Id, row.ScenarioId, scene.SceneNumber, scene.Description, scene.Duration, scene.ImagePrompt,
                scene.VisualPrompt, scene.ProductReferenceImageUrl, scene.ImageReasoning,
                status, reason, state.GenerationId, state.ImageUrl, state.Note, state.ServiceCredits, now,
            });
    }

    /// <summary>The columns, by name.</summary>
    private sealed class SceneRecord
    {
        public Guid Id { get; init; }
        public Guid ScenarioId { get; init; }
        public int SceneNumber { get; init; }
        public string Description { get; init; } = "";
        public double Duration { get; init; }
        public string ImagePrompt { get; init; } = "";
        public string VisualPrompt { get; init; } = "";
        public string? ProductReferenceImageUrl { get; init; }
        public string? ImageReasoning { get; init; }
        public string Status { get; init; } = "";
        public string? FailureReason { get; init; }
        public string? GenerationId { get; init; }
        public string? ImageUrl { get; init; }
        public string? ImageNote { get; init; }
        public int? ImageServiceCredits { get; init; }

        public SceneRow ToRow() => new(
            Id,
            ScenarioId,
            new Scene
            {
                SceneNumber = SceneNumber,
                Description = Description,
                Duration = Duration,
                ImagePrompt = ImagePrompt,
                VisualPrompt = VisualPrompt,
                ProductReferenceImageUrl = ProductReferenceImageUrl,
                ImageReasoning = ImageReasoning,
            },
            new SceneState
            {
                Status = EnumNames.Parse<SceneStatus>(Status),
                Reason = FailureReason is { } reason ? EnumNames.Parse<SceneReason>(reason) : null,
                GenerationId = GenerationId,
                ImageUrl = ImageUrl,
                Note = ImageNote,
                ServiceCredits = ImageServiceCredits,
            });
    }
}
