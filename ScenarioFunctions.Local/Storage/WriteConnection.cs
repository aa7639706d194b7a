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

    public long LastInsertRowId => raw.sqlite3_last_insert_rowid(Handle);

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
