using Newtonsoft.Json.Linq;
using Supabase.Postgrest.Attributes;
using Supabase.Postgrest.Models;

namespace ScenarioFunctions.Supabase;

/// <summary>The table of images; its rows are read as <see cref="StoredRow"/>.</summary>
[Table("video_scene_images")]
internal sealed class SceneImageTable : BaseModel;

/// <summary>The named arguments of an SQL function, as a row that is posted to <c>rpc/…</c>: see <see cref="SupabaseDatabase.InvokeAsync"/>.</summary>
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

[Table("rpc/update_scene")]
internal sealed class UpdateSceneCall : BaseModel
{
    [Column("scene_id")]
    public string? SceneId { get; set; }

    [Column("state")]
    public JToken? State { get; set; }
}

[Table("rpc/end_pending_scenes")]
internal sealed class EndPendingScenesCall : BaseModel
{
    [Column("group_id")]
    public string? GroupId { get; set; }

    [Column("state")]
    public JToken? State { get; set; }
}

[Table("rpc/read_scenario")]
internal sealed class ReadScenarioCall : BaseModel
{
    [Column("scenario_id")]
    public string? ScenarioId { get; set; }
}

[Table("rpc/scenario_id_is_used")]
internal sealed class IdIsUsedCall : BaseModel
{
    [Column("scenario_id")]
    public string? ScenarioId { get; set; }
}

[Table("rpc/begin_removal")]
internal sealed class BeginRemovalCall : BaseModel
{
    [Column("scenario_id")]
    public string? ScenarioId { get; set; }

    [Column("ended")]
    public JToken? Ended { get; set; }
}

[Table("rpc/remove_scenario")]
internal sealed class RemoveScenarioCall : BaseModel
{
    [Column("scenario_id")]
    public string? ScenarioId { get; set; }
}

/// <summary>Empty text means all scenarios, or the first page.</summary>
[Table("rpc/list_scenarios")]
internal sealed class ListScenariosCall : BaseModel
{
    [Column("short_id")]
    public string? ShortId { get; set; }

    [Column("user_id")]
    public string? UserId { get; set; }

    [Column("before")]
    public string? Before { get; set; }

    [Column("before_id")]
    public string? BeforeId { get; set; }

    [Column("max_count")]
    public int MaxCount { get; set; }
}

[Table("rpc/begin_scene_images")]
internal sealed class BeginImagesCall : BaseModel
{
    [Column("images")]
    public JToken? Images { get; set; }
}

[Table("rpc/show_image")]
internal sealed class ShowImageCall : BaseModel
{
    [Column("scene_id")]
    public string? SceneId { get; set; }

    [Column("version")]
    public int Version { get; set; }
}

[Table("rpc/rejected_images")]
internal sealed class RejectedImagesCall : BaseModel
{
    [Column("user_id")]
    public string? UserId { get; set; }

    [Column("since")]
    public string? Since { get; set; }
}

/// <summary>An empty id means all scenarios.</summary>
[Table("rpc/spent_image_service_credits")]
internal sealed class SpentCreditsCall : BaseModel
{
    [Column("scenario_id")]
    public string? ScenarioId { get; set; }

    [Column("since")]
    public string? Since { get; set; }
}
