using System.Collections.Concurrent;

namespace ScenarioFunctions.Local.Storage;

/// <summary>A few sessions that only read; a reader who finds all in use waits.</summary>
internal sealed class ReadPool : IDisposable
{
    private const int Size = 4;

    private readonly string path;
    private readonly ConcurrentBag<LocalSession> idle = [];
    private readonly SemaphoreSlim free = new(Size);

    public ReadPool(string path) => this.path = path;

    /// <summary>Reads from one snapshot of the database.</summary>
    public T Read<T>(Func<LocalSession, T> work)
    {
        free.Wait();
        LocalSession? session = null;
        try
        {
            session = idle.TryTake(out var used) ? used : OpenReadOnly();
            return session.Transaction("BEGIN", work);
        }
        finally
        {
            if (session is not null)
            {
                idle.Add(session);
            }

            free.Release();
        }
    }

    /// <summary>Waits for the reads that still run.</summary>
    public void Dispose()
    {
        for (var i = 0; i < Size; i++)
        {
            free.Wait();
        }

        foreach (var session in idle)
        {
            session.Dispose();
        }

        free.Dispose();
    }

    private LocalSession OpenReadOnly()
    {
        var session = LocalSession.Open(path);
        session.Script("PRAGMA query_only = ON");
        return session;
    }
}
