using Supabase.Postgrest.Attributes;
using Supabase.Postgrest.Models;

namespace ScenarioFunctions.Supabase;

/// <summary>The named arguments of the SQL functions for credits, as rows that are posted to <c>rpc/…</c>.</summary>
internal abstract class CreditCall : BaseModel
{
    [Column("user_id")]
    public string? UserId { get; set; }
}

[Table("rpc/credit_balance")]
internal sealed class CreditBalanceCall : CreditCall;

[Table("rpc/held_credits")]
internal sealed class HeldCreditsCall : CreditCall;

[Table("rpc/hold_credits")]
internal sealed class HoldCreditsCall : CreditCall
{
    [Column("amount")]
    public long Amount { get; set; }

    [Column("reference")]
    public string? Reference { get; set; }

    [Column("lifetime_seconds")]
    public double LifetimeSeconds { get; set; }
}

internal abstract class ChargeCall : CreditCall
{
    [Column("action")]
    public string? Action { get; set; }

    [Column("amount")]
    public int Amount { get; set; }

    [Column("reference")]
    public string? Reference { get; set; }
}

[Table("rpc/deduct_credits")]
internal sealed class DeductCreditsCall : ChargeCall;

[Table("rpc/capture_credits")]
internal sealed class CaptureCreditsCall : ChargeCall
{
    [Column("hold")]
    public string? Hold { get; set; }
}

[Table("rpc/release_credits")]
internal sealed class ReleaseCreditsCall : BaseModel
{
    [Column("reference")]
    public string? Reference { get; set; }
}
