using ScenarioFunctions.Local.Storage;

namespace ScenarioFunctions.Local.Emulator;

/// <summary>The table <c>emulator_generations</c>.</summary>
internal sealed class GenerationTable(LocalDatabase database)
{
    private const string Columns =
        "id, model, prompt_text, width, height, seed, credits, failure_code, duration, created_at";

    /// <summary>Done when it is on disk.</summary>
    public Task AddAsync(EmulatedGeneration generation) => database.WriteAsync(session =>
        session.Execute(
            $"INSERT INTO emulator_generations ({Columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            generation.Id, generation.Model, generation.PromptText, generation.Width, generation.Height,
            generation.Seed, generation.Credits, generation.FailureCode, generation.Duration.TotalSeconds,
            generation.CreatedAt));

    /// <returns>False when there is none of this id, or no longer.</returns>
    public Task<bool> DeleteAsync(Guid id, DateTimeOffset now) => database.WriteAsync(session =>
        session.Execute(
            "UPDATE emulator_generations SET deleted_at = ? WHERE id = ? AND deleted_at IS NULL", now, id) > 0);

    /// <summary>Forgets what was created before this time.</summary>
    public Task PruneAsync(DateTimeOffset before) => database.WriteAsync(session =>
        session.Execute("DELETE FROM emulator_generations WHERE created_at < ?", before));

    /// <returns>Null when there is none of this id, or no longer.</returns>
    public EmulatedGeneration? Find(Guid id) => database.Read(session =>
    {
        using var rows = session.Query(
            $"SELECT {Columns} FROM emulator_generations WHERE id = ? AND deleted_at IS NULL", id);
        return rows.Read() ? Generation(rows) : null;
    });

    /// <summary>How many were created since, by model.</summary>
    public IReadOnlyDictionary<string, int> CountSince(DateTimeOffset time) => database.Read(session =>
    {
        using var rows = session.Query(
            "SELECT model, COUNT(*) FROM emulator_generations WHERE created_at > ? GROUP BY model", time);
        var counts = new Dictionary<string, int>();
        while (rows.Read())
        {
            counts.Add(rows.Text(0), rows.Int(1));
        }

        return counts;
    });

    /// <summary>Tells again what was created and deleted, in the order of time.</summary>
    /// <returns>How many were created.</returns>
    public int Replay(Action<EmulatedGeneration> created, Action<Guid, DateTimeOffset> deleted) => database.Read(session =>
    {
        using var rows = session.Query(
            $"""
            SELECT {Columns}, NULL AS deleted_at, created_at AS happened_at, rowid AS number FROM emulator_generations
            UNION ALL
            SELECT {Columns}, deleted_at, deleted_at, rowid FROM emulator_generations WHERE deleted_at IS NOT NULL
            ORDER BY happened_at, deleted_at, number
            """);
        var count = 0;
        while (rows.Read())
        {
            if (rows.TimeOrNull(10) is { } deletedAt)
            {
                deleted(rows.Guid(0), deletedAt);
            }
            else
            {
                created(Generation(rows));
                count++;
            }
        }

        return count;
    });

    private static EmulatedGeneration Generation(SqlRows rows) => new(
        rows.Guid(0), rows.Text(1), rows.Text(2), rows.Int(3), rows.Int(4), rows.IsNull(5) ? null : rows.Long(5),
        rows.Int(6), rows.TextOrNull(7), TimeSpan.FromSeconds(rows.Double(8)), rows.Time(9));
}
