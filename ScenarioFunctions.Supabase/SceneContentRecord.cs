using ScenarioFunctions.Core.Storage;
using Supabase.Postgrest.Attributes;
using Supabase.Postgrest.Models;

namespace ScenarioFunctions.Supabase;

/// <summary>What was posted of a row of <c>video_scenes</c>: an upsert of it leaves the scene's state alone.</summary>
[Table("video_scenes")]
internal class SceneContentRecord : BaseModel
{
    [PrimaryKey("id", shouldInsert: true)]
    public string? Id { get; set; }

    [Column("scenario_id")]
    public string? ScenarioId { get; set; }

    [Column("scene_number")]
    public int? SceneNumber { get; set; }

    [Column("description")]
    public string? Description { get; set; }

    [Column("duration")]
    public double? Duration { get; set; }

    [Column("image_prompt")]
    public string? ImagePrompt { get; set; }

    [Column("visual_prompt")]
    public string? VisualPrompt { get; set; }

    [Column("product_reference_image_url")]
    public string? ProductReferenceImageUrl { get; set; }

    [Column("image_reasoning")]
    public string? ImageReasoning { get; set; }

    public static SceneContentRecord Of(SceneRow row)
    {
        var record = new SceneContentRecord();
        record.Fill(row);
        return record;
    }

    protected void Fill(SceneRow row)
    {
        Id = row.Id.ToString();
        ScenarioId = row.ScenarioId.ToString();
        SceneNumber = row.Scene.SceneNumber;
        Description = row.Scene.Description;
        Duration = row.Scene.Duration;
        ImagePrompt = row.Scene.ImagePrompt;
        VisualPrompt = row.Scene.VisualPrompt;
        ProductReferenceImageUrl = row.Scene.ProductReferenceImageUrl;
        ImageReasoning = row.Scene.ImageReasoning;
    }
}
