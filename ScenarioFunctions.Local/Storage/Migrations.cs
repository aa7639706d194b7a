using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ScenarioFunctions.Local.Storage;

/// <summary>
/// The schema: <c>Storage/Migrations/NNN_name.sql</c>, embedded. The database's <c>user_version</c> is the NNN of the last one
/// applied. Never change a released file; a change of the schema is a new file with the next number.
/// </summary>
internal static class Migrations
{
    private const string Folder = "Migrations/";

    /// <summary>Brings the database up to date, in one transaction.</summary>
    /// <exception cref="DataDirectoryException">The database has a newer version.</exception>
    public static void Apply(SqliteConnection connection)
    {
        var all = Load().OrderBy(migration => migration.Version).ToArray();
        var newest = all[^1].Version;
        using var transaction = connection.BeginTransaction(deferred: false);
        var version = connection.ExecuteScalar<int>("PRAGMA user_version");
        if (version > newest)
        {
            throw new DataDirectoryException(
                $"The database {connection.DataSource} has a newer version ({version}) than this program supports ({newest}). "
                + "Start the newer program, or set SCENARIO_DATA_DIR to another folder.");
        }

        foreach (var (_, sql) in all.Where(migration => migration.Version > version))
        {
            connection.Execute(sql);
        }

        // Written even when it is the same, to find out now whether the database is read-only.
        connection.Execute($"PRAGMA user_version = {newest}");
        transaction.Commit();
    }

    private static IEnumerable<(int Version, string Sql)> Load()
    {
        var assembly = typeof(Migrations).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            var number = name.AsSpan(Folder.Length, 3);
            yield return (int.Parse(number, CultureInfo.InvariantCulture), reader.ReadToEnd());
        }
    }
}
