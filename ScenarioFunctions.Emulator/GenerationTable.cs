using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace ScenarioFunctions.Emulator;

/// <summary>
/// All generations, in the emulator's own SQLite file. A write survives the end of the process. A power failure may lose the
/// last writes: nobody has paid for them, so they need no wait for the disk.
/// </summary>
internal sealed class GenerationTable : IDisposable
{
    private const int Version = 3;

    private const string Schema = """
        CREATE TABLE generations (
            id           TEXT PRIMARY KEY NOT NULL,
            model        TEXT NOT NULL,
            prompt_text  TEXT NOT NULL,
            width        INTEGER NOT NULL,
            height       INTEGER NOT NULL,
            seed         INTEGER,
            credits      INTEGER NOT NULL,
            failure_code TEXT, -- how it ends; null for an image
            duration     REAL NOT NULL, -- seconds, once its turn has come
            created_at   TEXT NOT NULL, -- UTC, as text that sorts by time
            deleted_at   TEXT -- cancelled when open, else deleted
        );
        CREATE INDEX generations_by_time ON generations (created_at);
        """;

    /// <summary>Added in version 2: one row.</summary>
    private const string AccountSchema =
        """
        CREATE TABLE account (credit_balance INTEGER NOT NULL, max_daily_generations INTEGER);
        INSERT INTO account VALUES ($0, $1);
        """;

    /// <summary>Added in version 3: one row.</summary>
    private const string LinkKeySchema = "CREATE TABLE link_key (key BLOB NOT NULL); INSERT INTO link_key VALUES ($2);";

    private const string Columns =
        "id, model, prompt_text, width, height, seed, credits, failure_code, duration, created_at";

    private readonly SqliteConnection connection;
    private readonly Lock gate = new();

    private GenerationTable(SqliteConnection connection) => this.connection = connection;

    /// <summary>Opens or creates the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="forgetBefore">Generations that were created before this time are removed.</param>
    /// <param name="formerPath">
    /// The service's database, where version 0.1.0 kept the generations: a new table starts with those. Null when there is no such
    /// file.
    /// </param>
    /// <param name="account">The account of a file that has none.</param>
    /// <exception cref="EmulatorDatabaseException">The file cannot be used.</exception>
    public static GenerationTable Open(
        string path, DateTimeOffset forgetBefore, string? formerPath = null, EmulatedAccount? account = null)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        var table = new GenerationTable(connection);
        try
        {
            connection.Open();
            table.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
            table.Prepare(formerPath, account ?? new EmulatedAccount());
            table.Forget(forgetBefore);
            return table;
        }
        catch (SqliteException exception)
        {
            table.Dispose();
            throw new EmulatorDatabaseException(path, exception);
        }
    }

    /// <summary>Records the generation and takes its price from the balance.</summary>
    public void Add(EmulatedGeneration generation) => ExecuteAsOne(
        $"""
        INSERT INTO generations ({Columns}) VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9);
        UPDATE account SET credit_balance = credit_balance - $10;
        """,
        generation.Id.ToString(), generation.Model, generation.PromptText, generation.Width, generation.Height,
        generation.Seed, generation.Credits, generation.FailureCode, generation.Duration.TotalSeconds,
        Text(generation.CreatedAt), generation.Cost);

    /// <param name="id">The generation's id.</param>
    /// <param name="now">The time of the deletion.</param>
    /// <param name="refund">Credits that go back to the balance.</param>
    /// <returns>False when there is no such generation, or no longer.</returns>
    public bool Delete(Guid id, DateTimeOffset now, int refund) => ExecuteAsOne(
        """
        UPDATE account SET credit_balance = credit_balance + $2
            WHERE $2 > 0 AND EXISTS (SELECT 1 FROM generations WHERE id = $1 AND deleted_at IS NULL);
        UPDATE generations SET deleted_at = $0 WHERE id = $1 AND deleted_at IS NULL;
        """,
        Text(now), id.ToString(), refund) > 0;

    /// <summary>Removes the generations that were created before this time.</summary>
    public void Forget(DateTimeOffset before) => Execute("DELETE FROM generations WHERE created_at < $0", Text(before));

    /// <summary>The key that signs links, created with the file.</summary>
    public byte[] LinkKey() => Query("SELECT key FROM link_key", row => (byte[])row.GetValue(0)).Single();

    public EmulatedAccount Account() => Query(
        "SELECT credit_balance, max_daily_generations FROM account",
        row => new EmulatedAccount(row.GetInt32(0), row.IsDBNull(1) ? null : row.GetInt32(1))).Single();

    public void SetAccount(EmulatedAccount account) => Execute(
        "UPDATE account SET credit_balance = $0, max_daily_generations = $1",
        account.CreditBalance, account.MaxDailyGenerations);

    /// <returns>Null when there is no such generation, or no longer.</returns>
    public EmulatedGeneration? Find(Guid id) => Query(
        $"SELECT {Columns} FROM generations WHERE id = $0 AND deleted_at IS NULL", Generation, id.ToString()).SingleOrDefault();

    /// <summary>How many generations were created since then, by model.</summary>
    public IReadOnlyDictionary<string, int> CountSince(DateTimeOffset time) => Query(
        "SELECT model, COUNT(*) FROM generations WHERE created_at > $0 GROUP BY model",
        row => (Model: row.GetString(0), Count: row.GetInt32(1)),
        Text(time)).ToDictionary(row => row.Model, row => row.Count);

    /// <summary>Reports again what was created and deleted, in the order of time.</summary>
    /// <returns>How many generations were created.</returns>
    public int Replay(Action<EmulatedGeneration> created, Action<EmulatedGeneration, DateTimeOffset> deleted)
    {
        var events = Query(
            $"""
            SELECT {Columns}, NULL AS deleted_at, created_at AS happened_at, rowid AS number FROM generations
            UNION ALL
            SELECT {Columns}, deleted_at, deleted_at, rowid FROM generations WHERE deleted_at IS NOT NULL
            ORDER BY happened_at, deleted_at, number
            """,
            row => (Generation: Generation(row), DeletedAt: row.IsDBNull(10) ? (DateTimeOffset?)null : Time(row, 10)));
        foreach (var (generation, deletedAt) in events)
        {
            if (deletedAt is { } time)
            {
                deleted(generation, time);
            }
            else
            {
                created(generation);
            }
        }

        return events.Count(one => one.DeletedAt is null);
    }

    public void Dispose() => connection.Dispose();

    private void Prepare(string? formerPath, EmulatedAccount account)
    {
        var version = Query("PRAGMA user_version", row => row.GetInt32(0)).Single();
        if (version > Version)
        {
            throw new SqliteException($"It has a newer version ({version}) than this program supports ({Version}).", 1);
        }

        if (version == Version)
        {
            return;
        }

        var takesOver = version == 0 && formerPath is not null && File.Exists(formerPath);
        Execute("ATTACH $0 AS former", takesOver ? formerPath : ":memory:");
        takesOver = Query(
            "SELECT 1 FROM former.sqlite_schema WHERE name = 'emulator_generations'", row => row.GetInt32(0)).Count > 0;
        Execute(
            $"""
            BEGIN IMMEDIATE;
            {(version == 0 ? Schema : "")}
            {(takesOver ? $"INSERT INTO generations SELECT {Columns}, deleted_at FROM former.emulator_generations ORDER BY rowid;" : "")}
            {(version < 2 ? AccountSchema : "")}
            {LinkKeySchema}
            PRAGMA user_version = {Version};
            COMMIT;
            DETACH former;
            """,
            account.CreditBalance, account.MaxDailyGenerations, RandomNumberGenerator.GetBytes(32));
    }

    private int Execute(string sql, params ReadOnlySpan<object?> values)
    {
        lock (gate)
        {
            using var command = Command(sql, values);
            return command.ExecuteNonQuery();
        }
    }

    /// <summary>Runs the statements in one transaction.</summary>
    private int ExecuteAsOne(string sql, params ReadOnlySpan<object?> values)
    {
        lock (gate)
        {
            using var transaction = connection.BeginTransaction();
            using var command = Command(sql, values);
            command.Transaction = transaction;
            var changed = command.ExecuteNonQuery();
            transaction.Commit();
            return changed;
        }
    }

    private List<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        lock (gate)
        {
            using var command = Command(sql, values);
            using var rows = command.ExecuteReader();
            var all = new List<T>();
            while (rows.Read())
            {
                all.Add(read(rows));
            }

            return all;
        }
    }

    /// <summary>Values are named by their position: <c>$0</c>, <c>$1</c>.</summary>
    private SqliteCommand Command(string sql, ReadOnlySpan<object?> values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters.AddWithValue(string.Create(CultureInfo.InvariantCulture, $"${i}"), values[i] ?? DBNull.Value);
        }

        return command;
    }

    private static EmulatedGeneration Generation(SqliteDataReader row) => new(
        Guid.Parse(row.GetString(0)), row.GetString(1), row.GetString(2), row.GetInt32(3), row.GetInt32(4),
        row.IsDBNull(5) ? null : row.GetInt64(5), row.GetInt32(6), row.IsDBNull(7) ? null : row.GetString(7),
        TimeSpan.FromSeconds(row.GetDouble(8)), Time(row, 9));

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static DateTimeOffset Time(SqliteDataReader row, int column) =>
        DateTimeOffset.Parse(row.GetString(column), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}

/// <summary>The emulator's database cannot be used.</summary>
public sealed class EmulatorDatabaseException(string path, Exception inner) : Exception(
    $"The emulator's database {path} cannot be opened ({inner.Message}). "
    + "Make it readable and writable for this user, or move it away: the emulator then starts without its earlier generations.",
    inner);
