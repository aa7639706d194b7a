namespace ScenarioFunctions.Tests.Local.Cli;

/// <summary>Tasks as the API tells them.</summary>
internal static class TaskStates
{
    public const string ImageUrl = "/storage/v1/object/public/generated-content/scenes/scene_0b6d1c5e-7a53-4f1e-9c38-2f8a54a1d001.png";

    public static object Task(
        string status, int progress, string message, object[]? scenes = null, object? result = null, object? error = null) => new
        {
            task_id = "task-1",
            task_type = "SAVE_SCENARIO",
            status,
            progress,
            message,
            created_at = "2025-11-22T10:00:00Z",
            updated_at = "2025-11-22T10:00:01Z",
            metadata = new
            {
                short_id = "short",
                user_id = "local-user",
                title = "Product [Showcase] ✨",
                scene_count = scenes?.Length ?? 0,
                scenario_id = "5d1f7f0e-0000-5000-8000-000000000001",
            },
            scenes = scenes ?? [],
            result,
            error,
        };

    /// <summary>A task in a list.</summary>
    public static object Listed(string taskId, string status, string createdAt, int progress = 100, int? images = null, string title = "T", int wanted = 1) => new
    {
        task_id = taskId,
        status,
        progress,
        created_at = createdAt,
        metadata = new { short_id = "short", user_id = "ann", title, scene_count = 3 },
        result = images is null ? null : new { scenario_id = Guid.Empty, scene_count = 3, images_generated = images, credits_charged = 2 },
        images = new { made = images ?? 0, wanted, urls = Array.Empty<string>() },
    };

    public static object Scene(
        int number, string status, string? reason = null, string? imageUrl = null, string? note = null) =>
        new { scene_number = number, status, image_url = imageUrl, reason, note };

    public static object FirstScene => Scene(1, "skipped", "first_scene");

    public static object Running(int progress, string message) => Task("running", progress, message);

    public static object Completed(params object[] scenes) =>
        Task("completed", 100, "Scenario saved", scenes, new { credits_charged = 2 });
}
