using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Core.Storage;
using Supabase.Postgrest.Attributes;

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

    public static new SceneRecord Of(SceneRow row)
    {
        var record = new SceneRecord
        {
            Status = ColumnNames.Of(row.State.Status),
            FailureReason = ColumnNames.Of(row.State.Reason),
            GenerationId = row.State.GenerationId,
            ImageUrl = row.State.ImageUrl,
            ImageNote = row.State.Note,
        };
        record.Fill(row);
        return record;
    }

    /// <exception cref="StorageException">Another program wrote what the service does not know.</exception>
    public SceneRow ToRow() => new(ColumnNames.Id(Id), ColumnNames.Id(ScenarioId), ToScene(), ToState());

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
        Status = ColumnNames.Read<SceneStatus>(Status ?? "pending"),
        Reason = FailureReason is null ? null : ColumnNames.Read<SceneReason>(FailureReason),
        GenerationId = GenerationId,
        ImageUrl = ImageUrl,
        Note = ImageNote,
    };
}
