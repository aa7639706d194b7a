using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Local.Storage;

/// <summary>
/// Balances and what changed them: the tables of <c>002_credits.sql</c>. A user not yet known has the starting
/// credits; the account is made by its first charge or grant.
/// </summary>
internal sealed class LocalCreditLedger(LocalDatabase database, LocalSettings settings, TimeProvider clock)
    : ICreditLedger, ICreditGrants
{
    public Task<long> GetBalanceAsync(string userId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => Balance(session, userId) ?? settings.StartingCredits, cancellationToken);

    public Task<bool> DeductAsync(
        string userId, string action, int amount, string reference, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        var now = clock.GetUtcNow();
        return database.WriteAsync(
            session =>
            {
                if (IsCharged(session, reference))
                {
                    return true;
                }

                OpenAccount(session, userId, now);
                if (session.Execute(
                    "UPDATE credit_accounts SET balance = balance - ?1 WHERE user_id = ?2 AND balance >= ?1",
                    amount, userId) == 0)
                {
                    return false;
                }

                Record(session, reference, userId, action, -amount, now);
                return true;
            },
            cancellationToken);
    }

    public Task<long> GrantAsync(string userId, int amount, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(amount, 1);
        var now = clock.GetUtcNow();
        var reference = $"grant:{Guid.NewGuid()}";
        return database.WriteAsync(
            session =>
            {
                OpenAccount(session, userId, now);
                session.Execute("UPDATE credit_accounts SET balance = balance + ? WHERE user_id = ?", amount, userId);
                Record(session, reference, userId, "grant", amount, now);
                return Balance(session, userId)!.Value;
            },
            cancellationToken);
    }

    private static long? Balance(LocalSession session, string userId)
    {
        using var rows = session.Query("SELECT balance FROM credit_accounts WHERE user_id = ?", userId);
        return rows.Read() ? rows.Long(0) : null;
    }

    private static bool IsCharged(LocalSession session, string reference)
    {
        using var rows = session.Query("SELECT 1 FROM credit_ledger WHERE reference = ?", reference);
        return rows.Read();
    }

    private static void Record(
        LocalSession session, string reference, string userId, string action, long amount, DateTimeOffset now) =>
        session.Execute(
            "INSERT INTO credit_ledger (reference, user_id, action, amount, created_at) VALUES (?, ?, ?, ?, ?)",
            reference, userId, action, amount, now);

    /// <summary>The starting credits are in the ledger too, so that its amounts add up to the balance.</summary>
    private void OpenAccount(LocalSession session, string userId, DateTimeOffset now)
    {
        if (session.Execute(
            "INSERT INTO credit_accounts (user_id, balance, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            userId, settings.StartingCredits, now) > 0)
        {
            Record(session, $"start:{userId}", userId, "start", settings.StartingCredits, now);
        }
    }
}
