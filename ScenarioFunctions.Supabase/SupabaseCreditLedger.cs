using ScenarioFunctions.Core.Storage;
using Supabase.Postgrest.Models;

namespace ScenarioFunctions.Supabase;

/// <summary>
/// The credit functions of <c>supabase/migrations</c>. A project's own answer null for a user whom they do not know: that is 0, or no.
/// </summary>
internal sealed class SupabaseCreditLedger(SupabaseDatabase database) : ICreditLedger
{
    public async Task<CreditBalance> GetBalanceAsync(string userId, CancellationToken cancellationToken)
    {
        var balance = await NumberAsync("credit_balance", new CreditBalanceCall { UserId = userId }, cancellationToken);
        var held = await NumberAsync("held_credits", new HeldCreditsCall { UserId = userId }, cancellationToken);
        return new CreditBalance(balance, held);
    }

    /// <remarks>The function does not tell whether the hold was open already: then the answer is the amount, too.</remarks>
    public async Task<long?> HoldAsync(
        string userId, long amount, string reference, TimeSpan lifetime, CancellationToken cancellationToken) =>
        await BooleanAsync(
            "hold_credits",
            new HoldCreditsCall
            {
                UserId = userId,
                Amount = amount,
                Reference = reference,
                LifetimeSeconds = lifetime.TotalSeconds,
            },
            cancellationToken)
            ? amount
            : null;

    public Task<bool> DeductAsync(
        string userId, string action, int amount, string reference, string? hold, CancellationToken cancellationToken) =>
        hold is null
            ? BooleanAsync(
                "deduct_credits",
                new DeductCreditsCall { UserId = userId, Action = action, Amount = amount, Reference = reference },
                cancellationToken)
            : BooleanAsync(
                "capture_credits",
                new CaptureCreditsCall { UserId = userId, Action = action, Amount = amount, Reference = reference, Hold = hold },
                cancellationToken);

    public Task<long> ReleaseAsync(string hold, CancellationToken cancellationToken) =>
        NumberAsync("release_credits", new ReleaseCreditsCall { Reference = hold }, cancellationToken);

    private Task<long> NumberAsync<TCall>(string function, TCall call, CancellationToken cancellationToken)
        where TCall : BaseModel, new() =>
        database.InvokeNumberAsync($"Calling {function}", call, cancellationToken, ofNull: 0);

    private Task<bool> BooleanAsync<TCall>(string function, TCall call, CancellationToken cancellationToken)
        where TCall : BaseModel, new() =>
        database.InvokeBooleanAsync($"Calling {function}", call, cancellationToken, ofNull: false);
}
