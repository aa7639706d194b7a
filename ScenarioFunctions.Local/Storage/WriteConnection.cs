using Dapper;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ScenarioFunctions.Local.Storage;

/// <summary>
/// The connection that writes. Most work uses Dapper. Statements that each task runs several times use
/// <see cref="ExecutePrepared"/>, which is several times as fast.
/// </summary>
internal sealed class WriteConnection(string connectionString) : SqliteConnection(connectionString)
{
    private readonly Dictionary<string, PreparedStatement> prepared = new(StringComparer.Ordinal);
    private PreparedStatement? readEpoch;
    private long epoch;

    public long LastInsertRowId => raw.sqlite3_last_insert_rowid(Handle);

    /// <summary>
    /// Makes this process the owner of the database. The previous owner can no longer write, if its process is still running.
    /// </summary>
    /// <param name="lockId">
    /// The id of the lock file that this process holds. If the last owner held the same file, it has ended, and nobody is ordering
    /// an image any more.
    /// </param>
    public void Claim(string lockId)
    {
        using var transaction = BeginTransaction(deferred: false);
        if (this.ExecuteScalar<string>("SELECT lock_id FROM owner") == lockId)
        {
            EndLeases(this);
        }

        epoch = this.ExecuteScalar<long>(
            "UPDATE owner SET epoch = epoch + 1, lock_id = @lockId RETURNING epoch", new { lockId });
        transaction.Commit();
    }

    /// <summary>Lets every scene be taken: nobody is ordering an image.</summary>
    public static void EndLeases(SqliteConnection connection) => connection.Execute(
        """
        UPDATE video_scenes SET taken_by = NULL, taken_until = NULL WHERE taken_by IS NOT NULL;
        UPDATE video_scene_images SET taken_by = NULL, taken_until = NULL WHERE taken_by IS NOT NULL
        """);

    /// <summary>False once another process has claimed the database. Call it within a transaction.</summary>
    public bool IsOwner()
    {
        readEpoch ??= new PreparedStatement(Handle!, "SELECT epoch FROM owner");
        return readEpoch.Run([]) == epoch;
    }

    /// <summary>Runs one statement and keeps it prepared. The SQL must be constant text with <c>@names</c> for values.</summary>
    /// <param name="sql">One statement.</param>
    /// <param name="values">By name, in the order in which the names appear in the SQL.</param>
    /// <returns>How many rows it inserted, updated or deleted.</returns>
    public int ExecutePrepared(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        Prepared(sql, values).Run(values);
        return raw.sqlite3_changes(Handle);
    }

    /// <summary>As <see cref="ExecutePrepared"/>, for a statement that returns a number.</summary>
    /// <returns>The first column of the first row; 0 when there is no row.</returns>
    public long ReadPrepared(string sql, params ReadOnlySpan<(string Name, object? Value)> values) =>
        Prepared(sql, values).Run(values);

    /// <summary>
    /// Ends the transaction, unless SQLite has done so already, as it does on a full disk. If even that fails, the next BEGIN
    /// reports it.
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

    private PreparedStatement Prepared(string sql, ReadOnlySpan<(string Name, object? Value)> values)
    {
        if (!prepared.TryGetValue(sql, out var statement))
        {
            statement = new PreparedStatement(Handle!, sql, [.. values.ToArray().Select(value => value.Name)]);
            prepared.Add(sql, statement);
        }

        return statement;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var statement in prepared.Values)
            {
                statement.Dispose();
            }

            readEpoch?.Dispose();
        }

        base.Dispose(disposing);
    }
}
