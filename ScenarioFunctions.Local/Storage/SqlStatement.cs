using System.Buffers;
using System.Text;
using SQLitePCL;

namespace ScenarioFunctions.Local.Storage;

/// <summary>A prepared statement that a <see cref="LocalSession"/> keeps and uses again.</summary>
internal sealed class SqlStatement : IDisposable
{
    private const int StackBytes = 1024;

    private readonly sqlite3 database;
    private bool inUse;

    public SqlStatement(sqlite3 database, string sql)
    {
        this.database = database;
        SqliteErrors.ThrowIfFailed(
            database, raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out var handle));
        Handle = handle;
    }

    public sqlite3_stmt Handle { get; }

    /// <summary>Binds all values, by position.</summary>
    public void Claim(ReadOnlySpan<SqlValue> values)
    {
        if (inUse)
        {
            throw new InvalidOperationException("The rows of this SQL are still being read in this session.");
        }

        if (values.Length != raw.sqlite3_bind_parameter_count(Handle))
        {
            throw new ArgumentException("The SQL has another number of parameters.", nameof(values));
        }

        inUse = true;
        for (var i = 0; i < values.Length; i++)
        {
            SqliteErrors.ThrowIfFailed(database, Bind(i + 1, in values[i]));
        }
    }

    /// <returns>Whether there is a row.</returns>
    public bool Step()
    {
        var code = raw.sqlite3_step(Handle);
        if (code is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            throw SqliteErrors.From(database, code);
        }

        return code == raw.SQLITE_ROW;
    }

    /// <summary>Ends this use; a fault was already told by <see cref="Step"/>.</summary>
    public void Release()
    {
        raw.sqlite3_reset(Handle);
        inUse = false;
    }

    public void Dispose() => Handle.Dispose();

    private int Bind(int index, in SqlValue value) => value.Type switch
    {
        SqlType.Null => raw.sqlite3_bind_null(Handle, index),
        SqlType.Integer => raw.sqlite3_bind_int64(Handle, index, value.Integer),
        SqlType.Real => raw.sqlite3_bind_double(Handle, index, value.Real),
        SqlType.Text => BindText(index, value.Text!),
        _ => raw.sqlite3_bind_blob(Handle, index, value.Blob.Span),
    };

    /// <summary>Binds by length, which keeps NULs, and without a buffer of its own for each value.</summary>
    private int BindText(int index, string text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        byte[]? rented = most > StackBytes ? ArrayPool<byte>.Shared.Rent(most) : null;
        var buffer = rented ?? stackalloc byte[StackBytes];
        var length = Encoding.UTF8.GetBytes(text, buffer);
        var code = raw.sqlite3_bind_text(Handle, index, buffer[..length]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return code;
    }
}
