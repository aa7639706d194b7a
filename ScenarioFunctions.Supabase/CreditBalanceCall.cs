using Supabase.Postgrest.Attributes;
using Supabase.Postgrest.Models;

namespace ScenarioFunctions.Supabase;

/// <summary>The named arguments of the function <c>credit_balance</c>.</summary>
[Table("rpc/credit_balance")]
internal sealed class CreditBalanceCall : BaseModel
{
    [Column("user_id")]
    public string? UserId { get; set; }
}
