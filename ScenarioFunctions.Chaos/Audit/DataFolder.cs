using Dapper;
using Microsoft.Data.Sqlite;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Local.Storage;

namespace ScenarioFunctions.Chaos.Audit;

/// <summary>A data folder, read from outside the service.</summary>
internal sealed class DataFolder(string path)
{
    private const string ImageUrlPrefix = $"/storage/v1/object/public/{IImageStore.DefaultBucket}/";

    static DataFolder() => TextColumns.Register();

    public string DatabasePath => Path.Combine(path, DataDirectory.DatabaseName);

    public string ImagesPath => Path.Combine(path, IImageStore.DefaultBucket);

    public IReadOnlyList<StoredTask> Tasks { get; private set; } = [];
    public IReadOnlyList<Guid> Scenarios { get; private set; } = [];
    public IReadOnlyList<StoredScene> Scenes { get; private set; } = [];

    /// <summary>The images of all scenes: made, failed, or being made.</summary>
    public IReadOnlyList<StoredImage> Images { get; private set; } = [];
    public IReadOnlyList<StoredCharge> Ledger { get; private set; } = [];
    public IReadOnlyDictionary<string, long> Balances { get; private set; } = new Dictionary<string, long>();

    /// <summary>What is left of each hold that was not released, by its reference.</summary>
    public IReadOnlyDictionary<string, long> OpenHolds { get; private set; } = new Dictionary<string, long>();
    public IReadOnlyList<StoredGeneration> Generations { get; private set; } = [];

    /// <summary>Every file under the images' folder, as the URL that a row would have.</summary>
    public IReadOnlyList<string> ImageUrls { get; private set; } = [];

    public static async Task<DataFolder> ReadAsync(string path)
    {
        var folder = new DataFolder(path);
        await using var database = new SqliteConnection($"Data Source={folder.DatabasePath};Pooling=False"); // does not claim it
        await database.OpenAsync();
        Migrations.Apply(database);
        await using var snapshot = await database.BeginTransactionAsync();
        folder.Tasks = Rows<(string Id, string State, bool IsSettled)>(
            database, "SELECT task_id, state, settled FROM tasks ORDER BY seq")
            .ConvertAll(row => new StoredTask(row.Id, row.State, row.IsSettled));
        folder.Scenarios = Rows<Guid>(database, "SELECT id FROM video_scenarios");
        var reasons = Rows<(Guid Id, string? Reason)>(database, "SELECT id, failure_reason FROM video_scenes")
            .ToDictionary(row => row.Id, row => row.Reason);
        folder.Scenes = Rows<(Guid Id, Guid ScenarioId, int Number, string Prompt, string Status, string? GenerationId, string? ImageUrl)>(
            database,
            "SELECT id, scenario_id, scene_number, image_prompt, status, generation_id, image_url FROM video_scenes "
            + "ORDER BY scenario_id, scene_number")
            .ConvertAll(row => new StoredScene(
                row.Id, row.ScenarioId, row.Number, row.Prompt, row.Status, row.GenerationId, row.ImageUrl, reasons[row.Id]));
        folder.Images = Rows<(Guid SceneId, bool IsAnew, int Version, string Prompt, string Status, string? GenerationId, string? ImageUrl)>(
            database,
            "SELECT scene_id, run_id IS NOT NULL, version, image_prompt, status, generation_id, image_url FROM video_scene_images ORDER BY created_at")
            .ConvertAll(row => new StoredImage(
                row.SceneId, row.IsAnew, row.Version, row.Prompt, row.Status, row.GenerationId, row.ImageUrl));
        folder.Ledger = Rows<StoredCharge>(database, "SELECT reference, user_id, action, amount FROM credit_ledger ORDER BY created_at");
        folder.Balances = Rows<(string User, long Balance)>(database, "SELECT user_id, balance FROM credit_accounts")
            .ToDictionary(row => row.User, row => row.Balance);
        folder.OpenHolds = Rows<(string Reference, long Left)>(
            database, "SELECT reference, amount - captured FROM credit_holds WHERE released = 0")
            .ToDictionary(row => row.Reference, row => row.Left);
        folder.Generations = await ReadGenerationsAsync(path, folder.DatabasePath);
        folder.ImageUrls = [.. Directory.EnumerateFiles(folder.ImagesPath, "*", SearchOption.AllDirectories)
            .Where(file => !file.Contains(LocalImageIndex.FolderName, StringComparison.Ordinal))
            .Select(file => ImageUrlPrefix + Path.GetRelativePath(folder.ImagesPath, file).Replace('\\', '/'))];
        return folder;
    }

    /// <summary>Reads the folder again and again until the condition is true.</summary>
    public static async Task UntilAsync(string path, Predicate<DataFolder> isSo, CancellationToken cancellationToken)
    {
        DataFolder? data = null;
        await Patience.UntilAsync(
            async () => isSo(data = await ReadAsync(path)),
            () => $"{string.Join(", ", data!.Tasks)}; {string.Join(", ", data.Scenes)}",
            cancellationToken);
    }

    /// <summary>They are in the emulator's database, or, in version 0.1.0, in the service's.</summary>
    private static async Task<List<StoredGeneration>> ReadGenerationsAsync(string path, string formerPath)
    {
        var own = Path.Combine(path, DataDirectory.EmulatorName);
        var (file, table) = File.Exists(own) ? (own, "generations") : (formerPath, "emulator_generations");
        await using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        await connection.OpenAsync();
        var rows = await connection.QueryAsync<(string Id, string Prompt, bool Failed, bool Deleted, DateTimeOffset CreatedAt)>(
            $"SELECT id, prompt_text, failure_code IS NOT NULL, deleted_at IS NOT NULL, created_at FROM {table} ORDER BY created_at");
        return [.. rows.Select(row => new StoredGeneration(row.Id, row.Prompt, row.Failed, row.Deleted, row.CreatedAt))];
    }

    private static List<T> Rows<T>(SqliteConnection database, string sql) => database.Query<T>(sql).AsList();
}

/// <summary>A row of <c>tasks</c>.</summary>
internal sealed record StoredTask(string Id, string State, bool IsSettled);

/// <summary>The columns of <c>video_scenes</c> that an audit needs.</summary>
internal sealed record StoredScene(
    Guid Id, Guid ScenarioId, int Number, string Prompt, string Status, string? GenerationId, string? ImageUrl, string? Reason);

/// <summary>The columns of <c>video_scene_images</c> that an audit needs.</summary>
/// <param name="SceneId">Whose image.</param>
/// <param name="IsAnew">Whether a task made it for a scene that was there; otherwise the scene's own row says the same.</param>
/// <param name="Version">From 1.</param>
/// <param name="Prompt">What it should show.</param>
/// <param name="Status">As of a scene.</param>
/// <param name="GenerationId">RunwayML's; null when none was ordered.</param>
/// <param name="ImageUrl">Where it is stored.</param>
internal sealed record StoredImage(
    Guid SceneId, bool IsAnew, int Version, string Prompt, string Status, string? GenerationId, string? ImageUrl)
{
    public bool IsMade => Status == "completed" && GenerationId is not null;
}

/// <summary>A row of <c>credit_ledger</c>.</summary>
internal sealed record StoredCharge(string Reference, string UserId, string Action, long Amount);

/// <summary>A row of <c>generations</c>.</summary>
internal sealed record StoredGeneration(string Id, string Prompt, bool Failed, bool Deleted, DateTimeOffset CreatedAt);
