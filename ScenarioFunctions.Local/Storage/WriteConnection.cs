using Dapper;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ScenarioFunctions.Local.Storage;

/// <summary>
/// The connection that writes. Most work goes through Dapper; what each task writes several times goes through
/// <see cref="ExecutePrepared"/>, which is two to three times as fast.
/// </summary>
internal sealed class WriteConnection(string connectionString) : SqliteConnection(connectionString)
{
    private readonly Dictionary<string, SqliteCommand> prepared = new(StringComparer.Ordinal);
    private SqliteCommand? readEpoch;
    private long epoch;

    public long LastInsertRowId => raw.sqlite3_last_insert_rowid(Handle);

    /// <summary>
    /// Makes this process the owner of the database. Who owned it before can write no more, should that process still live.
    /// </summary>
    /// <param name="lockId">
    /// Of the lock file that this process holds. When the last owner held the same one it has ended, so that nobody is
    /// ordering an image any more.
    /// </param>
    public void Claim(string lockId)
    {
        using var transaction = BeginTransaction(deferred: false);
        this.Execute(
            """
            UPDATE video_scenes SET taken_by = NULL, taken_until = NULL
            WHERE taken_by IS NOT NULL AND (SELECT lock_id FROM owner) = @lockId;
            UPDATE video_scene_images SET taken_by = NULL, taken_until = NULL
            WHERE taken_by IS NOT NULL AND (SELECT lock_id FROM owner) = @lockId
            """,
            new { lockId });
        epoch = this.ExecuteScalar<long>(
            "UPDATE owner SET epoch = epoch + 1, lock_id = @lockId RETURNING epoch", new { lockId });
        transaction.Commit();
    }

    /// <summary>False once another process has claimed the database; to be asked within a transaction.</summary>
    public bool IsOwner()
    {
        readEpoch ??= new SqliteCommand("SELECT epoch FROM owner", this);
        return (long)readEpoch.ExecuteScalar()! == epoch;
    }

    /// <summary>Runs one statement, which is kept prepared under its SQL: constant text with <c>@names</c> for values.</summary>
    /// <param name="sql">One statement.</param>
    /// <param name="values">By name; for the same SQL always the same names in the same order.</param>
    /// <returns>How many rows it inserted, updated or deleted.</returns>
    public int ExecutePrepared(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        if (!prepared.TryGetValue(sql, out var command))
        {
            command = new SqliteCommand(sql, this);
            prepared.Add(sql, command);
            foreach (var (name, _) in values)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = name });
            }
        }

        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = TextColumns.ValueOf(values[i].Value);
        }

        return command.ExecuteNonQuery();
    }

    /// <summary>
    /// Ends the transaction, unless SQLite has done so already, as it does on a full disk. When even that
    /// fails, the next BEGIN says so.
    /// </summary>
    public void Rollback()
    {
        try
        {
            if (raw.sqlite3_get_autocommit(Handle) == 0)
            {
                ExecutePrepared("ROLLBACK");
            }
        }
        catch (SqliteException)
        {
        }
    }
}
