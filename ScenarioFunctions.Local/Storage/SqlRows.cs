using System.Globalization;
using System.Text;
using SQLitePCL;

namespace ScenarioFunctions.Local.Storage;

/// <summary>The rows of a query, read once, forwards; columns count from 0. Dispose it before its SQL is used again.</summary>
internal readonly ref struct SqlRows(SqlStatement statement)
{
    private sqlite3_stmt Handle => statement.Handle;

    /// <summary>Goes to the next row; false after the last.</summary>
    public bool Read() => statement.Step();

    public bool IsNull(int column) => raw.sqlite3_column_type(Handle, column) == raw.SQLITE_NULL;

    public long Long(int column) => raw.sqlite3_column_int64(Handle, column);

    public int Int(int column) => raw.sqlite3_column_int(Handle, column);

    public bool Bool(int column) => Long(column) != 0;

    public double Double(int column) => raw.sqlite3_column_double(Handle, column);

    /// <summary>Read by length, not to the first NUL.</summary>
    public string Text(int column) => Encoding.UTF8.GetString(Bytes(column));

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public Guid Guid(int column) => System.Guid.Parse(Text(column));

    public DateTimeOffset Time(int column) =>
        DateTimeOffset.Parse(Text(column), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    public DateTimeOffset? TimeOrNull(int column) => IsNull(column) ? null : Time(column);

    public byte[] Blob(int column) => Bytes(column).ToArray();

    /// <summary>The text's UTF-8 or the blob, in SQLite's memory: gone with the next <see cref="Read"/>.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(Handle, column);

    public void Dispose() => statement.Release();
}
