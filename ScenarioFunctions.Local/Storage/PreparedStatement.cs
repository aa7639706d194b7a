using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ScenarioFunctions.Local.Storage;

/// <summary>
/// A statement that is prepared once and runs often. It calls SQLite directly, as the library's command looks up each value by its
/// name and makes a reader for each run, which takes longer than SQLite itself.
/// </summary>
internal sealed class PreparedStatement : IDisposable
{
    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;

    /// <param name="database">An open connection's.</param>
    /// <param name="sql">One statement.</param>
    /// <param name="names">Of all its values, in the order in which they appear in it.</param>
    /// <exception cref="SqliteException"/>
    public PreparedStatement(sqlite3 database, string sql, params IReadOnlyList<string> names)
    {
        this.database = database;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement));
        var expected = Enumerable.Range(1, raw.sqlite3_bind_parameter_count(statement))
            .Select(position => raw.sqlite3_bind_parameter_name(statement, position).utf8_to_string());
        if (!expected.SequenceEqual(names))
        {
            throw new ArgumentException($"The values are not {string.Join(", ", expected)}, in this order.");
        }
    }

    /// <summary>Runs the statement.</summary>
    /// <param name="values">By name, in the order in which the names appear in the SQL.</param>
    /// <returns>The first column of the first row, if it is a number; otherwise 0.</returns>
    /// <exception cref="SqliteException"/>
    public long Run(ReadOnlySpan<(string Name, object? Value)> values)
    {
        try
        {
            for (var i = 0; i < values.Length; i++)
            {
                Bind(i + 1, TextColumns.ValueOf(values[i].Value));
            }

            var step = raw.sqlite3_step(statement);
            if (step == raw.SQLITE_ROW)
            {
                return raw.sqlite3_column_int64(statement, 0);
            }

            Check(step);
            return 0;
        }
        finally
        {
            _ = raw.sqlite3_reset(statement); // repeats the error of the step
            _ = raw.sqlite3_clear_bindings(statement);
        }
    }

    public void Dispose() => statement.Dispose();

    private void Bind(int position, object value) => Check(value switch
    {
        DBNull => raw.sqlite3_bind_null(statement, position),
        string text => raw.sqlite3_bind_text(statement, position, text),
        byte[] { Length: 0 } => raw.sqlite3_bind_zeroblob(statement, position, 0),
        byte[] bytes => raw.sqlite3_bind_blob(statement, position, bytes),
        bool flag => raw.sqlite3_bind_int(statement, position, flag ? 1 : 0),
        int number => raw.sqlite3_bind_int(statement, position, number),
        long number => raw.sqlite3_bind_int64(statement, position, number),
        double number => raw.sqlite3_bind_double(statement, position, number),
        _ => throw new ArgumentException($"A value cannot be a {value.GetType().Name}."),
    });

    private void Check(int result)
    {
        if (result is not (raw.SQLITE_OK or raw.SQLITE_DONE))
        {
            SqliteException.ThrowExceptionForRC(result, database);
        }
    }
}
