using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Storage;
using Supabase.Postgrest.Attributes;
using Supabase.Postgrest.Models;

namespace ScenarioFunctions.Supabase;

/// <summary>A whole row of <c>video_scenes</c>, for writing.</summary>
[Table("video_scenes")]
internal sealed class SceneRecord : SceneContentRecord
{
    [Column("status")]
    public string? Status { get; set; }

    [Column("failure_reason")]
    public string? FailureReason { get; set; }

    [Column("generation_id")]
    public string? GenerationId { get; set; }

    [Column("image_url")]
    public string? ImageUrl { get; set; }

    [Column("image_note")]
    public string? ImageNote { get; set; }

    [Column("image_service_credits")]
    public int? ImageServiceCredits { get; set; }

    [Column("image_model")]
    public string? ImageModel { get; set; }

    [Column("image_ratio")]
    public string? ImageRatio { get; set; }

    [Column("image_seed")]
    public long? ImageSeed { get; set; }

    [Column("credits_charged")]
    public int? CreditsCharged { get; set; }

    public static new SceneRecord Of(SceneRow row)
    {
        var record = new SceneRecord
        {
            Status = EnumNames.Of(row.State.Status),
            FailureReason = EnumNames.Of(row.State.Reason),
            GenerationId = row.State.GenerationId,
            ImageUrl = row.State.ImageUrl,
            ImageNote = row.State.Note,
            ImageServiceCredits = row.State.ServiceCredits,
            ImageModel = row.State.Model,
            ImageRatio = row.State.Ratio,
            ImageSeed = row.State.Seed,
            CreditsCharged = row.State.CreditsCharged,
        };
        record.Fill(row);
        return record;
    }
}

/// <summary>The posted part of a row of <c>video_scenes</c>: upserting it keeps the scene's state.</summary>
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
