using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Core.Telemetry;

namespace ScenarioFunctions.Local.Storage;

/// <summary>
/// The only thread that writes. It takes all waiting items, runs them in one transaction and commits once, so that callers who
/// come while the disk is busy share the next commit.
/// </summary>
internal sealed class GroupCommitWriter : IDisposable
{
    private const int MaxBatch = 512;

    private readonly WriteConnection connection;
    private readonly Action replaced;
    private readonly Queue<IWriteItem> waiting = new();
    private readonly List<IWriteItem> batch = new(MaxBatch);
    private readonly Thread thread;
    private bool stopping;

    /// <param name="connection">Closed with the writer.</param>
    /// <param name="replaced">Called each time a write finds that another process has claimed the database.</param>
    public GroupCommitWriter(WriteConnection connection, Action replaced)
    {
        this.connection = connection;
        this.replaced = replaced;
        thread = new Thread(WriteUntilStopped) { Name = "SQLite writer", IsBackground = true };
        thread.Start();
    }

    public void Enqueue(IWriteItem item)
    {
        lock (waiting)
        {
            ObjectDisposedException.ThrowIf(stopping, typeof(LocalDatabase));
            waiting.Enqueue(item);
            Monitor.Pulse(waiting);
        }
    }

    /// <summary>Writes the waiting items, then ends the thread and closes the connection.</summary>
    public void Dispose()
    {
        lock (waiting)
        {
            stopping = true;
            Monitor.Pulse(waiting);
        }

        thread.Join();
        connection.Dispose();
    }

    private void WriteUntilStopped()
    {
        while (TakeBatch())
        {
            batch.RemoveAll(item => item.EndIfCancelled());
            Write(CollectionsMarshal.AsSpan(batch));
            batch.Clear();
        }
    }

    private bool TakeBatch()
    {
        lock (waiting)
        {
            while (waiting.Count == 0 && !stopping)
            {
                Monitor.Wait(waiting);
            }

            while (batch.Count < MaxBatch && waiting.TryDequeue(out var item))
            {
                batch.Add(item);
            }

            return batch.Count > 0;
        }
    }

    private void Write(ReadOnlySpan<IWriteItem> items)
    {
        if (items.IsEmpty)
        {
            return;
        }

        if (Run(items) is not { } fault)
        {
            Commit(items);
        }
        else if (items.Length == 1)
        {
            items[0].Fail(fault);
        }
        else
        {
            WriteEachAlone(items);
        }
    }

    /// <summary>Runs each item in its own transaction, so that only the faulty one fails.</summary>
    private void WriteEachAlone(ReadOnlySpan<IWriteItem> items)
    {
        for (var i = 0; i < items.Length; i++)
        {
            Write(items.Slice(i, 1));
        }
    }

    /// <returns>The exception of an item, if one threw; then none of the items is written.</returns>
    private Exception? Run(ReadOnlySpan<IWriteItem> items)
    {
        try
        {
            connection.ExecutePrepared("BEGIN IMMEDIATE");
            var isOwner = connection.IsOwner();
            foreach (var item in items)
            {
                if (!isOwner && !item.EvenWhenReplaced)
                {
                    replaced();
                    throw new StorageException(
                        "Another process has taken over the database, so this process can no longer write to it.",
                        isTransient: false);
                }

                item.Run(connection);
            }

            return null;
        }
        catch (Exception exception)
        {
            connection.Rollback();
            return LocalDatabase.FaultOf(exception);
        }
    }

    private void Commit(ReadOnlySpan<IWriteItem> items)
    {
        try
        {
            var started = Stopwatch.GetTimestamp();
            connection.ExecutePrepared("COMMIT");
            ServiceMetrics.Committed(Stopwatch.GetElapsedTime(started));
        }
        catch (SqliteException exception)
        {
            connection.Rollback();
            foreach (var item in items)
            {
                item.Fail(LocalDatabase.FaultOf(exception));
            }

            return;
        }

        foreach (var item in items)
        {
            item.Complete();
        }
    }
}

/// <summary>Work that waits for the writer, and its caller, who waits for the work.</summary>
internal interface IWriteItem
{
    /// <summary>Whether it is written even when another process has claimed the database.</summary>
    bool EvenWhenReplaced { get; }

    /// <summary>Ends the item if its caller gave up before it started.</summary>
    /// <returns>Whether it was ended.</returns>
    bool EndIfCancelled();

    /// <summary>Runs the work in the writer's transaction; once more if the first transaction was rolled back.</summary>
    void Run(WriteConnection connection);

    /// <summary>The transaction is on disk.</summary>
    void Complete();

    void Fail(Exception exception);
}

/// <inheritdoc/>
internal sealed class WriteItem<T>(
    Func<WriteConnection, T> work, bool evenWhenReplaced, CancellationToken cancellationToken)
    : TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously), IWriteItem
{
    private T result = default!;

    public bool EvenWhenReplaced => evenWhenReplaced;

    public bool EndIfCancelled() => cancellationToken.IsCancellationRequested && TrySetCanceled(cancellationToken);

    public void Run(WriteConnection connection) => result = work(connection);

    public void Complete() => SetResult(result);

    public void Fail(Exception exception) => SetException(exception);
}
