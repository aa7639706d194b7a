using Supabase.Postgrest.Attributes;
using Supabase.Postgrest.Models;

namespace ScenarioFunctions.Supabase;

/// <summary>The named arguments of the function <c>deduct_credits</c>.</summary>
[Table("rpc/deduct_credits")]
internal sealed class DeductCreditsCall : BaseModel
{
    [Column("user_id")]
    public string? UserId { get; set; }

    [Column("action")]
    public string? Action { get; set; }

    [Column("amount")]
    public int Amount { get; set; }

    [Column("reference")]
    public string? Reference { get; set; }
}
