using Dapper;
using Microsoft.Data.Sqlite;
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

    public Task<CreditBalance> GetBalanceAsync(string userId, CancellationToken cancellationToken)
    {
        var now = Now();
        return database.ReadAsync(connection => BalanceOf(connection, userId, now), cancellationToken);
    }

    public Task<bool> HoldAsync(
        string userId, long amount, string reference, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lifetime, TimeSpan.Zero);
        var createdAt = clock.GetUtcNow();
        var now = createdAt.ToUnixTimeMilliseconds();
        var expiresAt = (createdAt + lifetime).ToUnixTimeMilliseconds();
        return database.WriteAsync(
            connection =>
            {
                if (IsHeld(connection, userId, reference, now))
                {
                    return true;
                }

                OpenAccount(connection, userId, createdAt);
                if (BalanceOf(connection, userId, now).Available < amount)
                {
                    return false;
                }

                return connection.Execute(
                    """
                    INSERT INTO credit_holds (reference, user_id, amount, created_at, expires_at)
                    VALUES (@reference, @userId, @amount, @createdAt, @expiresAt)
                    ON CONFLICT (reference) DO UPDATE SET
                        amount = captured + excluded.amount, expires_at = excluded.expires_at, released = 0
                    WHERE user_id = excluded.user_id
                    """,
                    new { reference, userId, amount, createdAt, expiresAt }) > 0;
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
                    && BalanceOf(connection, userId, now.ToUnixTimeMilliseconds()).Available < amount)
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
            connection => connection.ExecuteScalar<long>(
                """
                UPDATE credit_holds SET released = 1 WHERE reference = @hold AND released = 0
                RETURNING iif(expires_at > @now, amount - captured, 0)
                """,
                new { hold, now }),
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

    private CreditBalance BalanceOf(SqliteConnection connection, string userId, long now)
    {
        var (balance, held) = connection.QuerySingle<(long?, long)>(
            $"""
            SELECT (SELECT balance FROM credit_accounts WHERE user_id = @userId),
                (SELECT coalesce(sum(amount - captured), 0) FROM credit_holds WHERE user_id = @userId AND {IsOpen})
            """,
            new { userId, now });
        return new CreditBalance(balance ?? settings.StartingCredits, held);
    }

    private static bool IsHeld(SqliteConnection connection, string userId, string reference, long now) =>
        connection.ExecuteScalar<bool>(
            $"SELECT 1 FROM credit_holds WHERE reference = @reference AND user_id = @userId AND {IsOpen}",
            new { reference, userId, now });

    /// <summary>Takes a charge from its hold. The balance is enough, as it covers all open holds.</summary>
    private static bool Capture(SqliteConnection connection, string userId, int amount, string? hold, long now) =>
        hold is not null && connection.Execute(
            $"""
            UPDATE credit_holds SET captured = captured + @amount
            WHERE reference = @hold AND user_id = @userId AND amount - captured >= @amount AND {IsOpen}
            """,
            new { amount, hold, userId, now }) > 0;

    private static bool IsCharged(SqliteConnection connection, string reference) => connection.ExecuteScalar<bool>(
        "SELECT 1 FROM credit_ledger WHERE reference = @reference", new { reference });

    private static void Change(
        SqliteConnection connection, string reference, string userId, string action, long amount, DateTimeOffset now)
    {
        connection.Execute(
            "UPDATE credit_accounts SET balance = balance + @amount WHERE user_id = @userId", new { amount, userId });
        Record(connection, reference, userId, action, amount, now);
    }

    private static void Record(
        SqliteConnection connection, string reference, string userId, string action, long amount, DateTimeOffset now) =>
        connection.Execute(
            """
            INSERT INTO credit_ledger (reference, user_id, action, amount, created_at)
            VALUES (@reference, @userId, @action, @amount, @now)
            """,
            new { reference, userId, action, amount, now });

    /// <summary>The ledger has the starting credits too, so that its amounts add up to the balance.</summary>
    private void OpenAccount(SqliteConnection connection, string userId, DateTimeOffset now)
    {
        var balance = settings.StartingCredits;
        if (connection.Execute(
            "INSERT INTO credit_accounts (user_id, balance, created_at) VALUES (@userId, @balance, @now) ON CONFLICT DO NOTHING",
            new { userId, balance, now }) > 0)
        {
            Record(connection, $"start:{userId}", userId, "start", balance, now);
        }
    }
}
