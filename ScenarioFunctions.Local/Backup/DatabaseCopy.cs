using Dapper;
using Microsoft.Data.Sqlite;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Local.Storage;
using SQLitePCL;

namespace ScenarioFunctions.Local.Backup;

/// <summary>A copy of a database, in a file of its own that nothing else has open.</summary>
internal sealed class DatabaseCopy : IDisposable
{
    private readonly SqliteConnection connection;

    static DatabaseCopy() => TextColumns.Register();

    private DatabaseCopy(SqliteConnection connection) => this.connection = connection;

    public int Tasks => connection.ExecuteScalar<int>("SELECT COUNT(*) FROM tasks");

    public int UnfinishedTasks => connection.ExecuteScalar<int>("SELECT COUNT(*) FROM tasks WHERE settled = 0");

    /// <summary>
    /// Copies a database as it is at one moment, also while another process writes to it, which need not wait. The copy replaces
    /// what is at <paramref name="target"/>.
    /// </summary>
    public static void Make(string source, string target)
    {
        File.Delete(target);
        try
        {
            using var from = Connect(source, SqliteOpenMode.ReadOnly);
            using var to = Connect(target, SqliteOpenMode.ReadWriteCreate);
            from.BackupDatabase(to);
            to.Execute("PRAGMA journal_mode = DELETE"); // all in this one file
            Check(to, source);
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB)
        {
            throw Damaged(source, exception.Message);
        }
    }

    /// <summary>Opens a copy, checks it, and brings its schema up to date.</summary>
    /// <exception cref="DataDirectoryException">It has a newer version.</exception>
    public static DatabaseCopy Open(string path)
    {
        var copy = new DatabaseCopy(Connect(path, SqliteOpenMode.ReadWrite));
        try
        {
            Check(copy.connection, path);
            Migrations.Apply(copy.connection);
            return copy;
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    /// <summary>The paths of all images that the service has made, such as <c>scenes/scene_1.png</c>.</summary>
    public IReadOnlySet<string> ImagePaths() => connection.Query<string>(
        """
        SELECT image_url FROM video_scenes WHERE generation_id IS NOT NULL AND image_url IS NOT NULL
        UNION SELECT image_url FROM video_scene_images WHERE generation_id IS NOT NULL AND image_url IS NOT NULL
        """)
        .Where(url => url.StartsWith(ImagePath.UrlPrefix, StringComparison.Ordinal))
        .Select(url => Uri.UnescapeDataString(url[ImagePath.UrlPrefix.Length..]))
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>
    /// Every scene that has a row, or may get one when an unfinished task continues. An image of another scene would belong to
    /// nobody.
    /// </summary>
    public IReadOnlySet<Guid> Scenes()
    {
        var scenes = connection.Query<Guid>("SELECT id FROM video_scenes UNION SELECT id FROM video_scene_images").ToHashSet();
        scenes.UnionWith(connection.Query<string>("SELECT task_id FROM tasks WHERE settled = 0").SelectMany(ScenarioIds.ScenesOf));
        return scenes;
    }

    public bool Knows(Guid sceneId, string path) => RestoreGuard.IsKnown(connection, sceneId, path);

    /// <summary>Whoever was ordering an image when the copy was made has nothing to do with this copy.</summary>
    public void EndLeases() => WriteConnection.EndLeases(connection);

    public void Dispose() => connection.Dispose();

    private static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    private static void Check(SqliteConnection copy, string source)
    {
        var faults = copy.Query<string>("PRAGMA integrity_check(5)").AsList();
        if (faults is not ["ok"])
        {
            throw Damaged(source, string.Join("; ", faults));
        }
    }

    private static BackupException Damaged(string source, string faults) =>
        new($"The database {source} is damaged: {faults.TrimEnd('.')}. Keep the backups that you have.");
}
