using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Local.Storage;

/// <summary>How a row of <c>video_scenes</c> is read and its state written.</summary>
internal static class SceneColumns
{
    /// <summary>In the order of <see cref="Read"/>.</summary>
    public const string All = """
        id, scenario_id, scene_number, description, duration, image_prompt, visual_prompt,
        product_reference_image_url, image_reasoning, status, failure_reason, generation_id, image_url, image_note
        """;

    /// <summary>Six values: the state's, and the time.</summary>
    public const string SetState =
        "status = ?, failure_reason = ?, generation_id = ?, image_url = ?, image_note = ?, updated_at = ?";

    public static SceneRow Read(SqlRows rows) => new(
        rows.Guid(0),
        rows.Guid(1),
        new Scene
        {
            SceneNumber = rows.Int(2),
            Description = rows.Text(3),
            Duration = rows.Double(4),
            ImagePrompt = rows.Text(5),
            VisualPrompt = rows.Text(6),
            ProductReferenceImageUrl = rows.TextOrNull(7),
            ImageReasoning = rows.TextOrNull(8),
        },
        new SceneState
        {
            Status = EnumNames.Parse<SceneStatus>(rows.Text(9)),
            Reason = rows.TextOrNull(10) is { } reason ? EnumNames.Parse<SceneReason>(reason) : null,
            GenerationId = rows.TextOrNull(11),
            ImageUrl = rows.TextOrNull(12),
            Note = rows.TextOrNull(13),
        });
}
