using System.Globalization;
using ScenarioFunctions.Core.Storage;
using Supabase.Postgrest.Models;

namespace ScenarioFunctions.Supabase;

/// <summary>
/// The functions <c>credit_balance</c> and <c>deduct_credits</c> in Supabase. They are called as a row posted
/// to <c>rpc/…</c>, which is the same request as the package's <c>Rpc</c> makes, but can be cancelled and
/// leaves the arguments as they are: <c>Rpc</c> reads a user id such as 2026-01-01T00:00:00 as a date.
/// </summary>
internal sealed class SupabaseCreditLedger(SupabaseDatabase database) : ICreditLedger
{
    public async Task<long> GetBalanceAsync(string userId, CancellationToken cancellationToken)
    {
        var answer = await CallAsync("credit_balance", new CreditBalanceCall { UserId = userId }, cancellationToken);
        return decimal.TryParse(answer, NumberStyles.Float, CultureInfo.InvariantCulture, out var balance)
            ? (long)Math.Max(0, decimal.Floor(balance))
            : throw new StorageException($"credit_balance answered '{answer}', not a number.", isTransient: false);
    }

    public async Task<bool> DeductAsync(
        string userId, string action, int amount, string reference, CancellationToken cancellationToken)
    {
        var call = new DeductCreditsCall { UserId = userId, Action = action, Amount = amount, Reference = reference };
        var answer = await CallAsync("deduct_credits", call, cancellationToken);
        return bool.TryParse(answer, out var charged)
            ? charged
            : throw new StorageException($"deduct_credits answered '{answer}', not a boolean.", isTransient: false);
    }

    private Task<string> CallAsync<TArguments>(
        string function, TArguments arguments, CancellationToken cancellationToken)
        where TArguments : BaseModel, new() =>
        database.CallAsync<TArguments, string>(
            $"Calling {function}",
            async (table, stop) => (await table.Insert(arguments, cancellationToken: stop)).Content?.Trim() ?? "",
            cancellationToken);
}
