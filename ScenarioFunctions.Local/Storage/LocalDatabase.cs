using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Local.Storage;

/// <summary>
/// The one SQLite file. All writes go through one thread that commits many of them at once; reads run
/// beside it on the caller's thread, each on one snapshot. Work must be SQL only: no waiting, no I/O.
/// </summary>
internal sealed class LocalDatabase : IAsyncDisposable
{
    private readonly GroupCommitWriter writer;
    private readonly ReadPool readers;
    private bool disposed;

    private LocalDatabase(LocalSession session, string path)
    {
        writer = new GroupCommitWriter(session);
        readers = new ReadPool(path);
    }

    /// <summary>Opens or creates the file, and brings its schema up to date.</summary>
    /// <exception cref="DataDirectoryException">It is of a newer version, or no database that can be used.</exception>
    public static LocalDatabase Open(string path)
    {
        LocalSession? session = null;
        try
        {
            session = LocalSession.Open(path);
            Migrate(session, path);
            return new LocalDatabase(session, path);
        }
        catch (Exception exception)
        {
            session?.Dispose();
            if (exception is StorageException)
            {
                throw new DataDirectoryException(
                    $"The database {path} cannot be opened ({exception.Message}). "
                    + "Make it readable and writable for this user, restore it from a backup, or name another folder in SCENARIO_DATA_DIR.",
                    exception);
            }

            throw;
        }
    }

    /// <summary>
    /// Runs <paramref name="work"/> in a transaction; done when it is on disk. The transaction is shared, so
    /// when another caller's work throws, this one's is run a second time: it must not change anything but the
    /// database. When it throws, its caller alone gets the exception, and nothing of it remains.
    /// </summary>
    /// <exception cref="StorageException">SQLite refused, or the disk is full.</exception>
    public Task<T> WriteAsync<T>(Func<LocalSession, T> work, CancellationToken cancellationToken = default)
    {
        var item = new WriteItem<T>(work, cancellationToken);
        writer.Enqueue(item);
        return item.Task;
    }

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(Action<LocalSession> work, CancellationToken cancellationToken = default) =>
        WriteAsync(
            session =>
            {
                work(session);
                return true;
            },
            cancellationToken);

    /// <summary>Reads what is committed, on the caller's thread.</summary>
    /// <exception cref="StorageException">SQLite refused.</exception>
    public T Read<T>(Func<LocalSession, T> work) => readers.Read(work);

    /// <summary>
    /// <see cref="Read"/> as a task that is done at once: a read takes microseconds, less than a change of threads.
    /// </summary>
    public Task<T> ReadAsync<T>(Func<LocalSession, T> work, CancellationToken cancellationToken)
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

    /// <summary>Writes what waits, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!Interlocked.Exchange(ref disposed, true))
        {
            await Task.Run(() =>
            {
                readers.Dispose();
                writer.Dispose(); // last, so that it empties the write-ahead log
            });
        }
    }

    private static void Migrate(LocalSession session, string path)
    {
        var version = Version(session);
        var newest = Migration.All[^1].Version;
        if (version > newest)
        {
            throw new DataDirectoryException(
                $"The database {path} is of a newer version ({version}) than this program knows ({newest}). "
                + "Start the newer program, or name another folder in SCENARIO_DATA_DIR.");
        }

        session.Transaction("BEGIN IMMEDIATE", transaction =>
        {
            foreach (var migration in Migration.All.Where(migration => migration.Version > version))
            {
                transaction.Script(migration.Sql);
            }

            // Written even when it is the same, so that a database that can only be read is found out now.
            transaction.Script($"PRAGMA user_version = {newest}");
            return newest;
        });
    }

    private static long Version(LocalSession session)
    {
        using var rows = session.Query("PRAGMA user_version");
        rows.Read();
        return rows.Long(0);
    }
}
