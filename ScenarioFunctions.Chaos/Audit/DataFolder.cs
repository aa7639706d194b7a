using Microsoft.Data.Sqlite;
using ScenarioFunctions.Local.Storage;

namespace ScenarioFunctions.Chaos.Audit;

/// <summary>A data folder, read from outside the service.</summary>
internal sealed class DataFolder(string path)
{
    private const string ImageUrlPrefix = "/storage/v1/object/public/generated-content/";

    public string DatabasePath => Path.Combine(path, "scenario.db");

    public string ImagesPath => Path.Combine(path, "generated-content");

    public IReadOnlyList<StoredTask> Tasks { get; private set; } = [];
    public IReadOnlyList<Guid> Scenarios { get; private set; } = [];
    public IReadOnlyList<StoredScene> Scenes { get; private set; } = [];
    public IReadOnlyList<StoredCharge> Ledger { get; private set; } = [];
    public IReadOnlyDictionary<string, long> Balances { get; private set; } = new Dictionary<string, long>();
    public IReadOnlyList<StoredGeneration> Generations { get; private set; } = [];

    /// <summary>Every file below the images' folder, as the URL that a row would have.</summary>
    public IReadOnlyList<string> ImageUrls { get; private set; } = [];

    public static async Task<DataFolder> ReadAsync(string path)
    {
        var folder = new DataFolder(path);
        await using var database = LocalDatabase.Open(folder.DatabasePath);
        folder.Tasks = Rows(database, "SELECT task_id, state, settled FROM tasks ORDER BY seq",
            rows => new StoredTask(rows.Text(0), rows.Text(1), rows.Bool(2)));
        folder.Scenarios = Rows(database, "SELECT id FROM video_scenarios", rows => rows.Guid(0));
        folder.Scenes = Rows(
            database,
            "SELECT id, scenario_id, scene_number, image_prompt, status, generation_id, image_url FROM video_scenes "
            + "ORDER BY scenario_id, scene_number",
            rows => new StoredScene(
                rows.Guid(0), rows.Guid(1), rows.Int(2), rows.Text(3), rows.Text(4), rows.TextOrNull(5), rows.TextOrNull(6)));
        folder.Ledger = Rows(database, "SELECT reference, user_id, action, amount FROM credit_ledger ORDER BY created_at",
            rows => new StoredCharge(rows.Text(0), rows.Text(1), rows.Text(2), rows.Long(3)));
        folder.Balances = Rows(database, "SELECT user_id, balance FROM credit_accounts",
            rows => (User: rows.Text(0), Balance: rows.Long(1))).ToDictionary(row => row.User, row => row.Balance);
        folder.Generations = await ReadGenerationsAsync(path, folder.DatabasePath);
        folder.ImageUrls = [.. Directory.EnumerateFiles(folder.ImagesPath, "*", SearchOption.AllDirectories)
            .Select(file => ImageUrlPrefix + Path.GetRelativePath(folder.ImagesPath, file).Replace('\\', '/'))];
        return folder;
    }

    /// <summary>Reads it again and again until it is so.</summary>
    public static async Task UntilAsync(string path, Predicate<DataFolder> isSo, CancellationToken cancellationToken)
    {
        DataFolder? data = null;
        await Patience.UntilAsync(
            async () => isSo(data = await ReadAsync(path)),
            () => $"{string.Join(", ", data!.Tasks)}; {string.Join(", ", data.Scenes)}",
            cancellationToken);
    }

    /// <summary>They are in the emulator's database, or, as version 0.1.0 had it, in the service's.</summary>
    private static async Task<List<StoredGeneration>> ReadGenerationsAsync(string path, string formerPath)
    {
        var own = Path.Combine(path, "emulator.db");
        var (file, table) = File.Exists(own) ? (own, "generations") : (formerPath, "emulator_generations");
        await using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText =
            $"SELECT id, prompt_text, failure_code IS NOT NULL, deleted_at IS NOT NULL, created_at FROM {table} ORDER BY created_at";
        await using var rows = await command.ExecuteReaderAsync();
        var all = new List<StoredGeneration>();
        while (await rows.ReadAsync())
        {
            all.Add(new StoredGeneration(
                rows.GetString(0), rows.GetString(1), rows.GetBoolean(2), rows.GetBoolean(3), rows.GetDateTimeOffset(4)));
        }

        return all;
    }

    private static List<T> Rows<T>(LocalDatabase database, string sql, ReadRow<T> read) =>
        database.Read(session =>
        {
            using var rows = session.Query(sql);
            var all = new List<T>();
            while (rows.Read())
            {
                all.Add(read(rows));
            }

            return all;
        });

    private delegate T ReadRow<T>(SqlRows rows);
}
