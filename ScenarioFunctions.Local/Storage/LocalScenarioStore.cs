using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Local.Storage;

/// <summary>The tables of <c>001_scenarios.sql</c>.</summary>
internal sealed class LocalScenarioStore(LocalDatabase database, TimeProvider clock) : IScenarioStore
{
    public Task SaveScenarioAsync(ScenarioRow row, CancellationToken cancellationToken)
    {
        var metadata = row.Details.Metadata.ToJsonString(); // here: the writer's thread serves all
        var now = clock.GetUtcNow();
        return database.WriteAsync(
            session => session.Execute(
                """
                INSERT INTO video_scenarios
                    (id, short_id, user_id, title, description, script, scene_count, estimated_duration, metadata, created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET
                    short_id = excluded.short_id, user_id = excluded.user_id, title = excluded.title,
                    description = excluded.description, script = excluded.script,
                    scene_count = excluded.scene_count, estimated_duration = excluded.estimated_duration,
                    metadata = excluded.metadata
                """,
                row.Id, row.ShortId, row.UserId, row.Details.Title, row.Details.Description, row.Details.Script,
                row.SceneCount, row.Details.EstimatedDuration, metadata, now),
            cancellationToken);
    }

    public Task SaveScenesAsync(IReadOnlyList<SceneRow> rows, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return database.WriteAsync(
            session =>
            {
                foreach (var row in rows)
                {
                    Upsert(session, row, now);
                }
            },
            cancellationToken);
    }

    public Task<SceneRow?> FindSceneAsync(Guid sceneId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session =>
            {
                using var rows = session.Query($"SELECT {SceneColumns.All} FROM video_scenes WHERE id = ?", sceneId);
                return rows.Read() ? SceneColumns.Read(rows) : null;
            },
            cancellationToken);

    public Task<IReadOnlyList<SceneRow>> ListScenesAsync(Guid scenarioId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<SceneRow>>(
            session =>
            {
                var scenes = new List<SceneRow>();
                using var rows = session.Query(
                    $"SELECT {SceneColumns.All} FROM video_scenes WHERE scenario_id = ? ORDER BY scene_number", scenarioId);
                while (rows.Read())
                {
                    scenes.Add(SceneColumns.Read(rows));
                }

                return scenes;
            },
            cancellationToken);

    public Task UpdateSceneAsync(Guid sceneId, SceneState state, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return database.WriteAsync(
            session => session.Execute(
                $"UPDATE video_scenes SET {SceneColumns.SetState} WHERE id = ?",
                EnumNames.Of(state.Status), EnumNames.Of(state.Reason), state.GenerationId, state.ImageUrl,
                state.Note, now, sceneId),
            cancellationToken);
    }

    public Task EndPendingScenesAsync(Guid scenarioId, SceneState state, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return database.WriteAsync(
            session => session.Execute(
                $"UPDATE video_scenes SET {SceneColumns.SetState} WHERE scenario_id = ? AND status = 'pending'",
                EnumNames.Of(state.Status), EnumNames.Of(state.Reason), state.GenerationId, state.ImageUrl,
                state.Note, now, scenarioId),
            cancellationToken);
    }

    private static void Upsert(LocalSession session, SceneRow row, DateTimeOffset now) => session.Execute(
        """
        INSERT INTO video_scenes
            (id, scenario_id, scene_number, description, duration, image_prompt, visual_prompt,
             product_reference_image_url, image_reasoning,
             status, failure_reason, generation_id, image_url, image_note, created_at, updated_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET
            scenario_id = excluded.scenario_id, scene_number = excluded.scene_number,
            description = excluded.description, duration = excluded.duration,
            image_prompt = excluded.image_prompt, visual_prompt = excluded.visual_prompt,
            product_reference_image_url = excluded.product_reference_image_url,
            image_reasoning = excluded.image_reasoning, updated_at = excluded.updated_at
        """,
        row.Id, row.ScenarioId, row.Scene.SceneNumber, row.Scene.Description, row.Scene.Duration,
        row.Scene.ImagePrompt, row.Scene.VisualPrompt, row.Scene.ProductReferenceImageUrl, row.Scene.ImageReasoning,
        EnumNames.Of(row.State.Status), EnumNames.Of(row.State.Reason), row.State.GenerationId,
        row.State.ImageUrl, row.State.Note, now, now);
}
