using SQLitePCL;

namespace ScenarioFunctions.Local.Storage;

/// <summary>
/// One SQLite connection, used by one thread at a time. It keeps each statement prepared under its SQL text,
/// so SQL must be constant text with <c>?</c> for values. Faults are thrown as
/// <see cref="Core.Storage.StorageException"/>.
/// </summary>
internal sealed class LocalSession : IDisposable
{
    private const string Settings = """
        PRAGMA busy_timeout = 5000;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA foreign_keys = ON;
        PRAGMA cache_size = -16384;
        """;

    // Straight to SQLite's C interface: 1.7 times as fast as SqliteCommand for small inserts, and no larger.
    private readonly sqlite3 database;
    private readonly Dictionary<string, SqlStatement> statements = new(StringComparer.Ordinal);

    static LocalSession() => Batteries_V2.Init();

    private LocalSession(sqlite3 database) => this.database = database;

    private bool InTransaction => raw.sqlite3_get_autocommit(database) == 0;

    /// <summary>Opens a connection to the file, which is created when it is missing.</summary>
    public static LocalSession Open(string path)
    {
        const int flags = raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX;
        var code = raw.sqlite3_open_v2(path, out var database, flags, null);
        var session = new LocalSession(database);
        try
        {
            SqliteErrors.ThrowIfFailed(database, code);
            raw.sqlite3_extended_result_codes(database, 1);
            session.Script(Settings);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Runs one statement.</summary>
    /// <returns>How many rows it inserted, updated or deleted.</returns>
    public int Execute(string sql, params ReadOnlySpan<SqlValue> values)
    {
        using var rows = Query(sql, values);
        while (rows.Read())
        {
        }

        return raw.sqlite3_changes(database);
    }

    /// <summary>Starts a query, or a statement with RETURNING; dispose the rows when they are read.</summary>
    public SqlRows Query(string sql, params ReadOnlySpan<SqlValue> values)
    {
        if (!statements.TryGetValue(sql, out var statement))
        {
            statement = new SqlStatement(database, sql);
            statements.Add(sql, statement);
        }

        statement.Claim(values);
        return new SqlRows(statement);
    }

    /// <summary>Runs several statements without values and without keeping them.</summary>
    public void Script(string sql) => SqliteErrors.ThrowIfFailed(database, raw.sqlite3_exec(database, sql));

    /// <summary>Runs work in a transaction of its own.</summary>
    /// <param name="begin"><c>BEGIN</c> for a snapshot to read from, <c>BEGIN IMMEDIATE</c> to write.</param>
    /// <param name="work">All or none of it remains.</param>
    public T Transaction<T>(string begin, Func<LocalSession, T> work)
    {
        Execute(begin);
        try
        {
            var result = work(this);
            Execute("COMMIT");
            return result;
        }
        catch
        {
            Rollback();
            throw;
        }
    }

    /// <summary>
    /// Ends the transaction, unless SQLite has done so already, as it does on a full disk. When even that
    /// fails, the next BEGIN says so.
    /// </summary>
    public void Rollback()
    {
        if (InTransaction)
        {
            _ = raw.sqlite3_exec(database, "ROLLBACK");
        }
    }

    public void Dispose()
    {
        foreach (var statement in statements.Values)
        {
            statement.Dispose();
        }

        database.Dispose();
    }
}
