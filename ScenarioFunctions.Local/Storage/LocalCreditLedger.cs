using Dapper;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Local.Storage;

/// <summary>
/// Balances, their changes, and holds: the tables of <c>002_credits.sql</c> and <c>005_credit_holds.sql</c>. A new user has the
/// starting credits; the first hold, charge or grant creates the account. All writes go through one thread, so a check and its
/// change are atomic.
/// </summary>
internal sealed class LocalCreditLedger(LocalDatabase database, LocalSettings settings, TimeProvider clock)
    : ICreditLedger, ICreditGrants
{
    private const string IsOpen = "released = 0 AND expires_at > @now";

    /// <summary>A user's account and open holds.</summary>
    private const string Balance = "SELECT balance FROM credit_accounts WHERE user_id = @userId";
    private const string Held = $"SELECT coalesce(sum(amount - captured), 0) FROM credit_holds WHERE user_id = @userId AND {IsOpen}";

    public Task<CreditBalance> GetBalanceAsync(string userId, CancellationToken cancellationToken)
    {
        var now = Now();
        return database.ReadAsync(
            connection =>
            {
                var (balance, held) = connection.QuerySingle<(long?, long)>($"SELECT ({Balance}), ({Held})", new { userId, now });
                return new CreditBalance(balance ?? settings.StartingCredits, held);
            },
            cancellationToken);
    }

    public Task<long?> HoldAsync(
        string userId, long amount, string reference, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lifetime, TimeSpan.Zero);
        var createdAt = clock.GetUtcNow();
        var now = createdAt.ToUnixTimeMilliseconds();
        var expiresAt = (createdAt + lifetime).ToUnixTimeMilliseconds();
        return database.WriteAsync<long?>(
            connection =>
            {
                if (Extend(connection, userId, reference, expiresAt, now))
                {
                    return 0;
                }

                OpenAccount(connection, userId, createdAt);
                if (AvailableTo(connection, userId, now) < amount)
                {
                    return null;
                }

                return connection.ExecutePrepared(
                    """
                    INSERT INTO credit_holds (reference, user_id, amount, created_at, expires_at)
                    VALUES (@reference, @userId, @amount, @createdAt, @expiresAt)
                    ON CONFLICT (reference) DO UPDATE SET
                        amount = captured + excluded.amount, expires_at = excluded.expires_at, released = 0
                    WHERE user_id = excluded.user_id
                    """,
                    ("@reference", reference), ("@userId", userId), ("@amount", amount), ("@createdAt", createdAt),
                    ("@expiresAt", expiresAt)) > 0 ? amount : null;
            },
            cancellationToken);
    }

    public Task<bool> DeductAsync(
        string userId, string action, int amount, string reference, string? hold, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        var now = clock.GetUtcNow();
        return database.WriteAsync(
            connection =>
            {
                if (IsCharged(connection, reference))
                {
                    return true;
                }

                OpenAccount(connection, userId, now);
                if (!Capture(connection, userId, amount, hold, now.ToUnixTimeMilliseconds())
                    && AvailableTo(connection, userId, now.ToUnixTimeMilliseconds()) < amount)
                {
                    return false;
                }

                Change(connection, reference, userId, action, -amount, now);
                return true;
            },
            cancellationToken);
    }

    public Task<long> ReleaseAsync(string hold, CancellationToken cancellationToken)
    {
        var now = Now();
        return database.WriteAsync(
            connection => connection.ReadPrepared(
                """
                UPDATE credit_holds SET released = 1 WHERE reference = @hold AND released = 0
                RETURNING iif(expires_at > @now, amount - captured, 0)
                """,
                ("@hold", hold), ("@now", now)),
            cancellationToken);
    }

    public Task<bool> GrantAsync(string userId, int amount, string reference, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(amount, 1);
        var now = clock.GetUtcNow();
        return database.WriteAsync(
            connection =>
            {
                if (IsCharged(connection, reference))
                {
                    return connection.ExecuteScalar<bool>(
                        """
                        SELECT 1 FROM credit_ledger
                        WHERE reference = @reference AND user_id = @userId AND action = 'grant' AND amount = @amount
                        """,
                        new { reference, userId, amount });
                }

                OpenAccount(connection, userId, now);
                Change(connection, reference, userId, "grant", amount, now);
                return true;
            },
            cancellationToken);
    }

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <param name="connection">The writer's.</param>
    /// <param name="userId">Has an account.</param>
    /// <param name="now">Unix time in ms.</param>
    private static long AvailableTo(WriteConnection connection, string userId, long now) =>
        connection.ReadPrepared($"SELECT ({Balance}) - ({Held})", ("@userId", userId), ("@now", now));

    /// <returns>Whether the hold is open.</returns>
    private static bool Extend(WriteConnection connection, string userId, string reference, long expiresAt, long now) =>
        connection.ExecutePrepared(
            $"""
            UPDATE credit_holds SET expires_at = max(expires_at, @expiresAt)
            WHERE reference = @reference AND user_id = @userId AND {IsOpen}
            """,
            ("@expiresAt", expiresAt), ("@reference", reference), ("@userId", userId), ("@now", now)) > 0;

    /// <summary>Takes a charge from its hold. The balance is enough, as it covers all open holds.</summary>
    private static bool Capture(WriteConnection connection, string userId, int amount, string? hold, long now) =>
        hold is not null && connection.ExecutePrepared(
            $"""
            UPDATE credit_holds SET captured = captured + @amount
            WHERE reference = @hold AND user_id = @userId AND amount - captured >= @amount AND {IsOpen}
            """,
            ("@amount", amount), ("@hold", hold), ("@userId", userId), ("@now", now)) > 0;

    private static bool IsCharged(WriteConnection connection, string reference) =>
        connection.ReadPrepared("SELECT 1 FROM credit_ledger WHERE reference = @reference", ("@reference", reference)) > 0;

    private static void Change(
        WriteConnection connection, string reference, string userId, string action, long amount, DateTimeOffset now)
    {
        connection.ExecutePrepared(
            "UPDATE credit_accounts SET balance = balance + @amount WHERE user_id = @userId",
            ("@amount", amount), ("@userId", userId));
        Record(connection, reference, userId, action, amount, now);
    }

    private static void Record(
        WriteConnection connection, string reference, string userId, string action, long amount, DateTimeOffset now) =>
        connection.ExecutePrepared(
            """
            INSERT INTO credit_ledger (reference, user_id, action, amount, created_at)
            VALUES (@reference, @userId, @action, @amount, @now)
            """,
            ("@reference", reference), ("@userId", userId), ("@action", action), ("@amount", amount), ("@now", now));

    /// <summary>The ledger has the starting credits too, so that its amounts add up to the balance.</summary>
    private void OpenAccount(WriteConnection connection, string userId, DateTimeOffset now)
    {
        var balance = settings.StartingCredits;
        if (connection.ExecutePrepared(
            "INSERT INTO credit_accounts (user_id, balance, created_at) VALUES (@userId, @balance, @now) ON CONFLICT DO NOTHING",
            ("@userId", userId), ("@balance", balance), ("@now", now)) > 0)
        {
            Record(connection, $"start:{userId}", userId, "start", balance, now);
        }
    }
}
