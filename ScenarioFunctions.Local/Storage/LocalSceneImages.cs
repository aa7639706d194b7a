using System.Text.Json.Nodes;
using Dapper;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Workflow;

namespace ScenarioFunctions.Local.Storage;

/// <summary>Reads whole scenarios, and stores images that are made again.</summary>
internal sealed partial class LocalScenarioStore
{
    /// <summary>Longer than the day over which the limits count.</summary>
    private static readonly TimeSpan CountedAfterRemoval = TimeSpan.FromDays(2);

    private const string CanBegin = """
        SELECT EXISTS (
            SELECT 1 FROM video_scenes
            WHERE id = @SceneId AND NOT EXISTS (SELECT 1 FROM removed_scenarios WHERE id = video_scenes.scenario_id))
        """;

    /// <summary>An image that is made again, with the columns of a scene, as a step expects.</summary>
    private const string AnewAsScene = """
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

    /// <summary>Updates scenes; or, when none has this id, images that are made again.</summary>
    /// <param name="update">Gets the table, and the column that groups its rows, which is null in rows that no task changes.</param>
    private static int Either(Func<string, string, int> update) =>
        update("video_scenes", "scenario_id") is > 0 and var count ? count : update("video_scene_images", "run_id");

    /// <summary>The columns, by name.</summary>
    private sealed class ScenarioRecord
    {
        public Guid Id { get; init; }
        public string ShortId { get; init; } = "";
        public string UserId { get; init; } = "";
        public string Title { get; init; } = "";
        public string Description { get; init; } = "";
        public string Script { get; init; } = "";
        public int SceneCount { get; init; }
        public double EstimatedDuration { get; init; }
        public string Metadata { get; init; } = "{}";
        public string? TaskId { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public int Images { get; init; }

        public ScenarioRow ToRow() => new()
        {
            Id = Id,
            ShortId = ShortId,
            UserId = UserId,
            SceneCount = SceneCount,
            TaskId = TaskId,
            Details = new ScenarioDetails
            {
                Title = Title,
                Description = Description,
                Script = Script,
                EstimatedDuration = EstimatedDuration,
                Metadata = JsonNode.Parse(Metadata, documentOptions: new() { MaxDepth = CoreJson.MaxDepth })!.AsObject(),
            },
        };
    }

    /// <summary>The columns that both tables of images have.</summary>
    private abstract class StateRecord
    {
        public Guid Id { get; init; }
        public string ImagePrompt { get; init; } = "";
        public string? ProductReferenceImageUrl { get; init; }
        public int Version { get; init; } = 1;
        public string Status { get; init; } = "";
        public string? FailureReason { get; init; }
        public string? FailureCode { get; init; }
        public string? GenerationId { get; init; }
        public string? ImageUrl { get; init; }
        public string? ImageNote { get; init; }
        public int? ImageServiceCredits { get; init; }
        public string? ImageModel { get; init; }
        public string? ImageRatio { get; init; }
        public long? ImageSeed { get; init; }
        public int? CreditsCharged { get; init; }
        public DateTimeOffset? OrderedAt { get; init; }
        public int? ImageAttempt { get; init; }
        public DateTimeOffset? StoredAt { get; init; }
        public DateTimeOffset? EndedAt { get; init; }

        protected SceneState ToState() => new()
        {
            Status = EnumNames.Parse<SceneStatus>(Status),
            Reason = FailureReason is { } reason ? EnumNames.Parse<SceneReason>(reason) : null,
            FailureCode = FailureCode,
            GenerationId = GenerationId,
            OrderedAt = OrderedAt,
            Attempt = ImageAttempt,
            StoredAt = StoredAt,
            ImageUrl = ImageUrl,
            Note = ImageNote,
            ServiceCredits = ImageServiceCredits,
            Model = ImageModel,
            Ratio = ImageRatio,
            Seed = ImageSeed,
            CreditsCharged = CreditsCharged,
        };
    }

    private sealed class SceneRecord : StateRecord
    {
        public Guid ScenarioId { get; init; }
        public int SceneNumber { get; init; }
        public string Description { get; init; } = "";
        public double Duration { get; init; }
        public string VisualPrompt { get; init; } = "";
        public string? ImageReasoning { get; init; }
        public Guid? ImageOf { get; init; }
        public string? Model { get; init; }
        public long? Seed { get; init; }

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
                Model = Model,
                Seed = Seed,
            },
            ToState())
        {
            ImageOf = ImageOf,
            Version = Version,
            EndedAt = EndedAt,
        };
    }

    private sealed class SceneImageRecord : StateRecord
    {
        public Guid SceneId { get; init; }
        public string? TaskId { get; init; }
        public DateTimeOffset CreatedAt { get; init; }

        public SceneImage ToImage() => new()
        {
            Id = Id,
            SceneId = SceneId,
            Version = Version,
            TaskId = TaskId,
            ImagePrompt = ImagePrompt,
            ProductReferenceImageUrl = ProductReferenceImageUrl,
            State = ToState(),
            CreatedAt = CreatedAt,
            EndedAt = EndedAt,
        };
    }
}
