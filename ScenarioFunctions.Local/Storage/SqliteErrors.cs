using ScenarioFunctions.Core.Storage;
using SQLitePCL;

namespace ScenarioFunctions.Local.Storage;

/// <summary>SQLite's result codes as <see cref="StorageException"/>, with SQLite's own message.</summary>
internal static class SqliteErrors
{
    public static void ThrowIfFailed(sqlite3 database, int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw From(database, code);
        }
    }

    public static StorageException From(sqlite3 database, int code) =>
        new($"SQLite: {raw.sqlite3_errmsg(database).utf8_to_string()} (code {code})", IsTransient(code));

    /// <summary>The low byte is the kind; the rest of an extended code says more of the same.</summary>
    private static bool IsTransient(int code) => (code & 0xFF)
        is raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN;
}
