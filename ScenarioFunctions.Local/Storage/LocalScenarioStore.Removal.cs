using System.Text.Json.Nodes;
using Dapper;

namespace ScenarioFunctions.Local.Storage;

/// <summary>Removes scenarios, and keeps which ids were used.</summary>
internal sealed partial class LocalScenarioStore
{
    /// <summary>Longer than the day over which the limits count.</summary>
    private static readonly TimeSpan CountedAfterRemoval = TimeSpan.FromDays(2);

    public Task<bool> IsUsedAsync(Guid scenarioId, CancellationToken cancellationToken)
    {
        var dayAgo = clock.GetUtcNow() - TimeSpan.FromDays(1);
        return database.ReadAsync(
            connection => connection.ExecuteScalar<bool>(
                """
                SELECT EXISTS (SELECT 1 FROM video_scenarios WHERE id = @scenarioId)
                    OR EXISTS (SELECT 1 FROM removed_scenarios WHERE id = @scenarioId)
                    OR EXISTS (
                        SELECT 1 FROM video_scene_images WHERE run_id = @scenarioId
                            AND (status NOT IN ('pending', 'cancelled') OR generation_id IS NOT NULL OR updated_at < @dayAgo))
                """,
                new { scenarioId, dayAgo }),
            cancellationToken);
    }

    public Task<bool> BeginRemovalAsync(Guid scenarioId, IReadOnlyCollection<Guid> ended, CancellationToken cancellationToken)
    {
        var (known, now) = (new JsonArray([.. ended.Select(id => JsonValue.Create(id.ToString()))]).ToJsonString(), clock.GetUtcNow());
        return database.WriteAsync(
            connection =>
            {
                if (connection.ExecuteScalar<bool>(
                    """
                    SELECT EXISTS (
                        SELECT 1 FROM (
                            SELECT id, status FROM video_scenes WHERE scenario_id = @scenarioId
                            UNION ALL
                            SELECT id, status FROM video_scene_images WHERE scenario_id = @scenarioId)
                        WHERE status IN ('pending', 'generating') AND id NOT IN (SELECT value FROM json_each(@known)))
                    """,
                    new { scenarioId, known }))
                {
                    return false;
                }

                connection.Execute(
                    """
                    UPDATE video_scenes
                    SET status = 'cancelled', failure_reason = 'cancelled', taken_by = NULL, taken_until = NULL, ended_at = @now
                    WHERE scenario_id = @scenarioId AND status IN ('pending', 'generating') AND generation_id IS NULL;
                    UPDATE video_scene_images
                    SET status = 'cancelled', failure_reason = 'cancelled', taken_by = NULL, taken_until = NULL, ended_at = @now
                    WHERE scenario_id = @scenarioId AND status IN ('pending', 'generating') AND generation_id IS NULL;
                    INSERT INTO removed_scenarios (id, removed_at) VALUES (@scenarioId, @now) ON CONFLICT DO NOTHING;
                    """,
                    new { scenarioId, now });
                return true;
            },
            cancellationToken);
    }

    public Task RemoveScenarioAsync(Guid scenarioId, CancellationToken cancellationToken)
    {
        var (now, since) = (clock.GetUtcNow(), clock.GetUtcNow() - CountedAfterRemoval);
        return database.WriteAsync(
            connection => connection.Execute(
                """
                INSERT INTO removed_scenarios (id, removed_at) SELECT id, @now FROM video_scenarios WHERE id = @scenarioId
                ON CONFLICT DO NOTHING;
                DELETE FROM removed_images WHERE updated_at < @since;
                INSERT INTO removed_images (user_id, image_service_credits, is_rejected, updated_at)
                SELECT user_id, image_service_credits, failure_reason IS 'content_rejected', updated_at
                FROM (
                    SELECT scenario_id, image_service_credits, failure_reason, updated_at FROM video_scenes
                    UNION ALL
                    SELECT scenario_id, image_service_credits, failure_reason, updated_at FROM video_scene_images WHERE run_id IS NOT NULL) image
                JOIN video_scenarios ON video_scenarios.id = image.scenario_id
                WHERE image.scenario_id = @scenarioId AND updated_at >= @since
                    AND (image_service_credits IS NOT NULL OR failure_reason = 'content_rejected');
                DELETE FROM video_scenes WHERE scenario_id = @scenarioId;
                DELETE FROM video_scenarios WHERE id = @scenarioId;
                """,
                new { scenarioId, since, now }),
            cancellationToken);
    }
}
