using Newtonsoft.Json.Linq;
using ScenarioFunctions.Core.Storage;
using Supabase.Postgrest.Attributes;
using Supabase.Postgrest.Models;

namespace ScenarioFunctions.Supabase;

/// <summary>A row of <c>video_scenarios</c>, for writing.</summary>
[Table("video_scenarios")]
internal sealed class ScenarioRecord : BaseModel
{
    [PrimaryKey("id", shouldInsert: true)]
    public string? Id { get; set; }

    [Column("short_id")]
    public string? ShortId { get; set; }

    [Column("user_id")]
    public string? UserId { get; set; }

    [Column("title")]
    public string? Title { get; set; }

    [Column("description")]
    public string? Description { get; set; }

    [Column("script")]
    public string? Script { get; set; }

    [Column("scene_count")]
    public int SceneCount { get; set; }

    [Column("estimated_duration")]
    public double EstimatedDuration { get; set; }

    [Column("metadata")]
    public JToken? Metadata { get; set; }

    [Column("task_id")]
    public string? TaskId { get; set; }

    public static ScenarioRecord Of(ScenarioRow row) => new()
    {
        Id = row.Id.ToString(),
        ShortId = row.ShortId,
        UserId = row.UserId,
        Title = row.Details.Title,
        Description = row.Details.Description,
        Script = row.Details.Script,
        SceneCount = row.SceneCount,
        EstimatedDuration = row.Details.EstimatedDuration,
        Metadata = new JRaw(row.Details.Metadata.ToJsonString()),
        TaskId = row.TaskId,
    };
}
