using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Local.Storage;

/// <summary>
/// Balances, what changed them, and what is held: the tables of <c>002_credits.sql</c> and
/// <c>005_credit_holds.sql</c>. A user not yet known has the starting credits; the account is made by the first
/// hold, charge or grant. All writes go through one thread, so a check and its change are one.
/// </summary>
internal sealed class LocalCreditLedger(LocalDatabase database, LocalSettings settings, TimeProvider clock)
    : ICreditLedger, ICreditGrants
{
    private const string IsOpen = "released = 0 AND expires_at > ?";

    public Task<CreditBalance> GetBalanceAsync(string userId, CancellationToken cancellationToken)
    {
        var now = Now();
        return database.ReadAsync(session => BalanceOf(session, userId, now), cancellationToken);
    }

    public Task<bool> HoldAsync(
        string userId, long amount, string reference, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lifetime, TimeSpan.Zero);
        var now = clock.GetUtcNow();
        var until = (now + lifetime).ToUnixTimeMilliseconds();
        return database.WriteAsync(
            session =>
            {
                if (IsHeld(session, userId, reference, now.ToUnixTimeMilliseconds()))
                {
                    return true;
                }

                OpenAccount(session, userId, now);
                if (BalanceOf(session, userId, now.ToUnixTimeMilliseconds()).Available < amount)
                {
                    return false;
                }

                return session.Execute(
                    """
                    INSERT INTO credit_holds (reference, user_id, amount, created_at, expires_at) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (reference) DO UPDATE SET
                        amount = captured + excluded.amount, expires_at = excluded.expires_at, released = 0
                    WHERE user_id = excluded.user_id
                    """,
                    reference, userId, amount, now, until) > 0;
            },
            cancellationToken);
    }

    public Task<bool> DeductAsync(
        string userId, string action, int amount, string reference, string? hold, CancellationToken cancellationToken)
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
                if (!Capture(session, userId, amount, hold, now.ToUnixTimeMilliseconds())
                    && BalanceOf(session, userId, now.ToUnixTimeMilliseconds()).Available < amount)
                {
                    return false;
                }

                session.Execute("UPDATE credit_accounts SET balance = balance - ? WHERE user_id = ?", amount, userId);
                Record(session, reference, userId, action, -amount, now);
                return true;
            },
            cancellationToken);
    }

    public Task<long> ReleaseAsync(string userId, string hold, CancellationToken cancellationToken)
    {
        var now = Now();
        return database.WriteAsync(
            session =>
            {
                using var rows = session.Query(
                    """
                    UPDATE credit_holds SET released = 1 WHERE reference = ? AND user_id = ? AND released = 0
                    RETURNING iif(expires_at > ?, amount - captured, 0)
                    """,
                    hold, userId, now);
                return rows.Read() ? rows.Long(0) : 0;
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
                return BalanceOf(session, userId, now.ToUnixTimeMilliseconds()).Balance;
            },
            cancellationToken);
    }

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private CreditBalance BalanceOf(LocalSession session, string userId, long now)
    {
        using var rows = session.Query(
            $"""
            SELECT (SELECT balance FROM credit_accounts WHERE user_id = ?),
                (SELECT coalesce(sum(amount - captured), 0) FROM credit_holds WHERE user_id = ? AND {IsOpen})
            """,
            userId, userId, now);
        rows.Read();
        return new CreditBalance(rows.IsNull(0) ? settings.StartingCredits : rows.Long(0), rows.Long(1));
    }

    private static bool IsHeld(LocalSession session, string userId, string reference, long now)
    {
        using var rows = session.Query(
            $"SELECT 1 FROM credit_holds WHERE reference = ? AND user_id = ? AND {IsOpen}", reference, userId, now);
        return rows.Read();
    }

    /// <summary>Takes a charge from its hold. The balance covers it, as it covers all open holds.</summary>
    private static bool Capture(LocalSession session, string userId, int amount, string? hold, long now) =>
        hold is not null && session.Execute(
            $"UPDATE credit_holds SET captured = captured + ? WHERE reference = ? AND user_id = ? AND amount - captured >= ? AND {IsOpen}",
            amount, hold, userId, amount, now) > 0;

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
