using Dapper;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Local.Storage;

/// <summary>Reads whole scenarios, and stores images that are made again.</summary>
internal sealed partial class LocalScenarioStore
{
    private const string CanBegin = """
        SELECT EXISTS (
            SELECT 1 FROM video_scenes
            WHERE id = @SceneId AND NOT EXISTS (SELECT 1 FROM removed_scenarios WHERE id = video_scenes.scenario_id))
        """;

    /// <summary>An image that is made again, with the columns of a scene, as a step expects.</summary>
    private const string MadeAgainAsScene = """
        SELECT id, scenario_id, scene_id AS image_of, version, scene_number, image_prompt, product_reference_image_url,
            image_model AS model, image_seed AS seed, status, failure_reason, generation_id, image_url, image_note,
            image_service_credits, image_model, image_ratio, image_seed, credits_charged,
            failure_code, ordered_at, image_attempt, stored_at, ended_at
        FROM video_scene_images
        """;

    public Task<SharedLook?> FindLookAsync(Guid scenarioId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            connection =>
            {
                using var found = connection.QueryMultiple(
                    """
                    SELECT metadata FROM video_scenarios WHERE id = @scenarioId;
                    SELECT * FROM video_scenes WHERE scenario_id = @scenarioId AND scene_number = 1;
                    """,
                    new { scenarioId });
                return found.ReadSingleOrDefault<ScenarioRecord>() is { } scenario
                    ? SharedLook.In(scenario.ToRow().Details.Metadata, found.ReadFirstOrDefault<SceneRecord>()?.ToRow().State.ShownImage)
                    : null;
            },
            cancellationToken);

    public Task<StoredScenario?> ReadScenarioAsync(Guid scenarioId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            connection =>
            {
                using var found = connection.QueryMultiple(
                    """
                    SELECT * FROM video_scenarios WHERE id = @scenarioId;
                    SELECT * FROM video_scenes WHERE scenario_id = @scenarioId ORDER BY scene_number;
                    SELECT * FROM video_scene_images WHERE scenario_id = @scenarioId ORDER BY created_at, scene_number;
                    """,
                    new { scenarioId });
                return found.ReadSingleOrDefault<ScenarioRecord>() is { } scenario
                    ? new StoredScenario(
                        scenario.ToRow(),
                        scenario.CreatedAt,
                        [.. found.Read<SceneRecord>().Select(record => record.ToRow())],
                        [.. found.Read<SceneImageRecord>().Select(record => record.ToImage())])
                    : null;
            },
            cancellationToken);

    public Task<IReadOnlyList<ListedScenario>> ListScenariosAsync(ScenarioQuery query, CancellationToken cancellationToken)
    {
        var (shortId, userId, limit, before, beforeId) =
            (query.ShortId, query.UserId, query.Limit, query.After?.CreatedAt, query.After?.Id);
        string[] conditions =
        [
            shortId is null ? "" : " AND short_id = @shortId",
            userId is null ? "" : " AND user_id = @userId",
            before is null ? "" : " AND (created_at, id) < (@before, @beforeId)",
        ];
        return database.ReadAsync<IReadOnlyList<ListedScenario>>(
            connection => [.. connection
                .Query<ScenarioRecord>(
                    $"""
                    SELECT id, short_id, user_id, title, scene_count, task_id, created_at,
                        (SELECT count(image_url) FROM video_scenes WHERE scenario_id = video_scenarios.id AND status IN ('completed', 'skipped')) AS images
                    FROM video_scenarios WHERE 1{string.Concat(conditions)} ORDER BY created_at DESC, id DESC LIMIT @limit
                    """,
                    new { shortId, userId, limit, before, beforeId })
                .Select(record => new ListedScenario(record.ToRow(), record.CreatedAt, record.Images))],
            cancellationToken);
    }

    public Task<string?> BeginImagesAsync(IReadOnlyList<NewImage> images, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return database.WriteAsync(
            connection =>
            {
                if (images.Any(image => !connection.ExecuteScalar<bool>(CanBegin, image)))
                {
                    return IScenarioStore.Removed;
                }

                foreach (var image in images)
                {
                    if (connection.ExecuteScalar<string?>(
                        """
                        SELECT task_id FROM video_scene_images
                        WHERE scene_id = @SceneId AND status IN ('pending', 'generating') AND id <> @Id
                        """,
                        image) is { } other)
                    {
                        return other;
                    }
                }

                foreach (var image in images)
                {
                    connection.Execute(
                        """
                        INSERT INTO video_scene_images
                            (id, run_id, task_id, scenario_id, scene_id, scene_number, version, image_prompt,
                             product_reference_image_url, image_model, image_seed, status, created_at, updated_at)
                        SELECT @Id, @RunId, @TaskId, scenario_id, id, scene_number,
                            1 + coalesce((SELECT max(version) FROM video_scene_images WHERE scene_id = @SceneId AND status = 'completed'), 0),
                            @Prompt, @ProductReferenceImageUrl, @Model, @Seed, 'pending', @now, @now
                        FROM video_scenes WHERE id = @SceneId
                        ON CONFLICT (id) DO UPDATE SET
                            status = 'pending', failure_reason = NULL, ordered_at = NULL, image_attempt = NULL, ended_at = NULL, version = excluded.version, updated_at = excluded.updated_at
                        WHERE status = 'cancelled' AND generation_id IS NULL
                        """,
                        new
                        {
                            image.Id, image.RunId, image.TaskId, image.SceneId, image.Prompt, image.ProductReferenceImageUrl,
                            image.Model, image.Seed, now,
                        });
                }

                return null;
            },
            cancellationToken);
    }

    public Task ShowImageAsync(Guid sceneId, int version, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connection => connection.Execute(
                """
                UPDATE video_scenes SET image_url = made.image_url, image_note = made.image_note
                FROM video_scene_images made
                WHERE video_scenes.id = @sceneId AND made.scene_id = @sceneId AND made.version = @version AND made.status = 'completed'
                """,
                new { sceneId, version }),
            cancellationToken);

    /// <summary>Updates scenes; or, when none has this id, images that are made again.</summary>
    /// <param name="update">Gets the table, and the column that groups its rows, which is null in rows that no task changes.</param>
    private static int Either(Func<string, string, int> update) =>
        update("video_scenes", "scenario_id") is > 0 and var count ? count : update("video_scene_images", "run_id");
}
