using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using Supabase.Postgrest.Attributes;
using Supabase.Postgrest.Models;

namespace ScenarioFunctions.Supabase;

/// <summary>A whole row of <c>video_scenes</c>.</summary>
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

    /// <summary>Written by <c>take_scene</c>; every update of the state empties it.</summary>
    [Column("taken_by")]
    public string? TakenBy { get; set; }

    [Column("image_service_credits")]
    public int? ImageServiceCredits { get; set; }

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
        };
        record.Fill(row);
        return record;
    }

    /// <exception cref="StorageException">Another program wrote what the service does not know.</exception>
    public SceneRow ToRow() => new(ReadId(Id), ReadId(ScenarioId), ToScene(), ToState());

    private Scene ToScene() => new()
    {
        SceneNumber = SceneNumber ?? 0,
        Description = Description ?? "",
        Duration = Duration ?? 0,
        ImagePrompt = ImagePrompt ?? "",
        VisualPrompt = VisualPrompt ?? "",
        ProductReferenceImageUrl = ProductReferenceImageUrl,
        ImageReasoning = ImageReasoning,
    };

    private SceneState ToState() => new()
    {
        Status = Read<SceneStatus>(Status ?? "pending"),
        Reason = FailureReason is null ? null : Read<SceneReason>(FailureReason),
        GenerationId = GenerationId,
        ImageUrl = ImageUrl,
        Note = ImageNote,
        ServiceCredits = ImageServiceCredits,
    };

    private static Guid ReadId(string? text) => Guid.TryParse(text, out var id)
        ? id
        : throw new StorageException($"A scene has the id '{text}', which is not a UUID.", isTransient: false);

    private static T Read<T>(string name)
        where T : struct, Enum => EnumNames.TryParse<T>(name, out var value)
            ? value
            : throw new StorageException($"A scene has the {typeof(T).Name} '{name}'.", isTransient: false);
}

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

/// <summary>The arguments of the SQL function, as a row that is posted to <c>rpc/…</c>.</summary>
[Table("rpc/take_scene")]
internal sealed class TakeSceneCall : BaseModel
{
    [Column("scene_id")]
    public string? SceneId { get; set; }

    [Column("runner")]
    public string? Runner { get; set; }

    [Column("lease_seconds")]
    public double LeaseSeconds { get; set; }
}
