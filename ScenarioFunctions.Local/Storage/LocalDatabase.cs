using Dapper;
using Microsoft.Data.Sqlite;
using ScenarioFunctions.Core.Storage;
using SQLitePCL;

namespace ScenarioFunctions.Local.Storage;

/// <summary>
/// The only SQLite file. All writes go through one thread, which commits many of them at once. Reads run on the caller's
/// thread at the same time, each on one snapshot. Work must be SQL only: no waiting, no I/O.
/// </summary>
internal sealed class LocalDatabase : IAsyncDisposable
{
    private const int BusySeconds = 5;

    /// <summary>With the timeout for statements that the library does not run.</summary>
    private static readonly string Settings = $"""
        PRAGMA busy_timeout = {BusySeconds * 1000};
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA foreign_keys = ON;
        PRAGMA cache_size = -16384;
        """;

    private readonly CancellationTokenSource replaced = new();
    private readonly GroupCommitWriter writer;
    private readonly string readOnly;
    private bool disposed;

    static LocalDatabase() => TextColumns.Register();

    private LocalDatabase(WriteConnection connection)
    {
        Replaced = replaced.Token;
        writer = new GroupCommitWriter(connection, () => _ = replaced.CancelAsync()); // on another thread, as the writer must not wait
        readOnly = ConnectionString(connection.DataSource, SqliteOpenMode.ReadOnly);
    }

    /// <summary>Fires when a write failed because another process has claimed the database.</summary>
    public CancellationToken Replaced { get; }

    /// <summary>
    /// Opens or creates the file, brings its schema up to date, and claims it: another process that has it open can no longer write.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="lockId">See <see cref="WriteConnection.Claim"/>.</param>
    /// <exception cref="DataDirectoryException">The database has a newer version, or cannot be used.</exception>
    public static LocalDatabase Open(string path, string lockId = "")
    {
        var connection = new WriteConnection(ConnectionString(path, SqliteOpenMode.ReadWriteCreate));
        try
        {
            connection.Open();
            connection.Execute(Settings);
            Migrations.Apply(connection);
            connection.Claim(lockId);
            return new LocalDatabase(connection);
        }
        catch (Exception exception)
        {
            connection.Dispose();
            if (exception is SqliteException)
            {
                throw new DataDirectoryException(
                    $"The database {path} cannot be opened ({exception.Message}). "
                    + "Make it readable and writable for this user, restore it from a backup, or set SCENARIO_DATA_DIR to another folder.",
                    exception);
            }

            throw;
        }
    }

    /// <summary>
    /// Runs <paramref name="work"/> in a transaction, and completes when it is on disk. The transaction is shared: if another
    /// caller's work throws, this work runs a second time, so it must change nothing but the database. If it throws, only its own
    /// caller gets the exception, and none of its changes remain.
    /// </summary>
    /// <exception cref="StorageException">SQLite failed, the disk is full, or another process has claimed the database.</exception>
    public Task<T> WriteAsync<T>(Func<WriteConnection, T> work, CancellationToken cancellationToken = default) =>
        WriteAsync(work, evenWhenReplaced: false, cancellationToken);

    /// <param name="work">Written completely or not at all.</param>
    /// <param name="evenWhenReplaced">Write even though another process has claimed the database.</param>
    /// <param name="cancellationToken">Cancels the work while it waits for its turn.</param>
    /// <inheritdoc cref="WriteAsync{T}(Func{WriteConnection, T}, CancellationToken)"/>
    public Task<T> WriteAsync<T>(
        Func<WriteConnection, T> work, bool evenWhenReplaced, CancellationToken cancellationToken)
    {
        var item = new WriteItem<T>(work, evenWhenReplaced, cancellationToken);
        writer.Enqueue(item);
        return item.Task;
    }

    /// <inheritdoc cref="WriteAsync{T}(Func{WriteConnection, T}, CancellationToken)"/>
    public Task WriteAsync(Action<WriteConnection> work, CancellationToken cancellationToken = default) =>
        WriteAsync(
            connection =>
            {
                work(connection);
                return true;
            },
            cancellationToken);

    /// <summary>Reads what is committed, from one snapshot, on the caller's thread.</summary>
    /// <exception cref="StorageException">SQLite failed.</exception>
    public T Read<T>(Func<SqliteConnection, T> work)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        try
        {
            using var connection = new SqliteConnection(readOnly);
            connection.Open();
            using var transaction = connection.BeginTransaction(deferred: true);
            return work(connection);
        }
        catch (SqliteException exception)
        {
            throw FaultOf(exception);
        }
    }

    /// <summary>
    /// Checks for damage, which takes about a second per gigabyte. It uses its own connection, as another one's cache
    /// says nothing about the disk.
    /// </summary>
    /// <returns>What is wrong; empty when nothing is.</returns>
    /// <exception cref="StorageException">The check could not run.</exception>
    /// <exception cref="OperationCanceledException"/>
    public IReadOnlyList<string> FindDamage(CancellationToken cancellationToken)
    {
        try
        {
            using var connection = new SqliteConnection(
                new SqliteConnectionStringBuilder(readOnly) { Pooling = false }.ToString());
            connection.Open();
            using var interrupt = cancellationToken.Register(() => raw.sqlite3_interrupt(connection.Handle!));
            cancellationToken.ThrowIfCancellationRequested();
            var faults = connection.Query<string>("PRAGMA quick_check(5)").AsList();
            return faults is ["ok"] ? [] : faults;
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB)
        {
            return [exception.Message];
        }
        catch (SqliteException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw FaultOf(exception);
        }
    }

    /// <summary>
    /// <see cref="Read"/> as a completed task: a read takes microseconds, less than a change of threads.
    /// </summary>
    public Task<T> ReadAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        try
        {
            return Task.FromResult(Read(work));
        }
        catch (StorageException exception)
        {
            return Task.FromException<T>(exception);
        }
    }

    /// <summary>Writes the waiting work and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!Interlocked.Exchange(ref disposed, true))
        {
            using (var reader = new SqliteConnection(readOnly))
            {
                SqliteConnection.ClearPool(reader);
            }

            await Task.Run(writer.Dispose); // last, so that it empties the write-ahead log
            replaced.Dispose();
        }
    }

    /// <summary>Turns a SQLite error into the exception that the service's interfaces promise. Other errors stay as they are.</summary>
    public static Exception FaultOf(Exception exception) =>
        exception is SqliteException fault
            ? new StorageException(fault.Message, IsTransient(fault.SqliteErrorCode), fault)
            : exception;

    private static bool IsTransient(int code) => code
        is raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_FULL
        or raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN;

    private static string ConnectionString(string path, SqliteOpenMode mode) => new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = mode,
        DefaultTimeout = BusySeconds,
        Pooling = mode == SqliteOpenMode.ReadOnly,
    }.ToString();
}
