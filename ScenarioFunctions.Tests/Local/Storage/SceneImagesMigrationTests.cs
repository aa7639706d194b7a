using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Local.Storage;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Local.Storage;

/// <summary>A database with the tables that were there before images had versions.</summary>
public sealed class SceneImagesMigrationTests : IDisposable
{
    private const string Scenario = "11111111-0000-0000-0000-000000000001";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Images_that_were_made_become_first_versions_with_what_is_known_of_them()
    {
        var path = folder.File("scenario.db");
        MakeOld(path);

        await using var database = LocalDatabase.Open(path);
        var read = (await new LocalScenarioStore(database, new FakeTimeProvider())
            .ReadScenarioAsync(new Guid(Scenario), TestContext.Current.CancellationToken))!;

        Assert.Equal("task-1", read.Row.TaskId);
        Assert.Equal(
            ["1 first.png - 1 ", "1 made.png 2 1 generation-2", "1 old.png 3 1 generation-3"],
            read.Images.Select(image =>
                $"{image.Version} {image.State.ImageUrl} {image.State.CreditsCharged?.ToString() ?? "-"} "
                + $"{(image.TaskId == "task-1" ? 1 : 0)} {image.State.GenerationId}"));
        Assert.All(read.Images, image => Assert.Equal(SceneStatus.Completed, image.State.Status));
        Assert.Equal(new DateTimeOffset(2026, 6, 1, 0, 0, 2, TimeSpan.Zero), read.Images[1].CreatedAt);
    }

    private static void MakeOld(string path)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        var assembly = typeof(LocalDatabase).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith("Migrations/00", StringComparison.Ordinal)).Order().Take(7))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            connection.Execute(reader.ReadToEnd());
        }

        var result = Encoding.UTF8.GetBytes($$"""{"scenario_id":"{{Scenario}}"}""");
        connection.Execute(
            $"""
            PRAGMA user_version = 7;
            INSERT INTO video_scenarios VALUES ('{Scenario}', 's', 'u', 't', '', '', 5, 1, '{"{}"}', '2026-06-01T00:00:00.0000000Z');
            INSERT INTO tasks (task_id, state, created_at, updated_at, short_id, user_id, title, scene_count, request_hash, result)
            VALUES ('task-1', 'completed', '', '', 's', 'u', 't', 5, '', @result), ('task-2', 'open', '', '', 's', 'u', 't', 5, '', NULL);
            INSERT INTO credit_accounts VALUES ('u', 10, '');
            """,
            new { result });
        Add(1, "skipped", "first.png", null, charge: null);
        Add(2, "completed", "made.png", "generation-2", charge: "1", credits: 2);
        Add(3, "completed", "old.png", "generation-3", charge: "generation-3", credits: 3);
        Add(4, "generating", "not-charged.png", "generation-4", charge: null);
        Add(5, "skipped", null, null, charge: null);

        void Add(int number, string status, string? url, string? generation, string? charge, int credits = 0)
        {
            var id = $"22222222-0000-0000-0000-00000000000{number}";
            connection.Execute(
                $"""
                INSERT INTO video_scenes (id, scenario_id, scene_number, description, duration, image_prompt, visual_prompt, status,
                    image_url, generation_id, created_at, updated_at)
                VALUES (@id, '{Scenario}', @number, '', 1, 'p', '', @status, @url, @generation, '', '2026-06-01T00:00:0{number}.0000000Z')
                """,
                new { id, number, status, url, generation });
            if (charge is not null)
            {
                connection.Execute(
                    "INSERT INTO credit_ledger VALUES (@reference, 'u', 'generate_image', @amount, '')",
                    new { reference = $"{id}:{charge}", amount = -credits });
            }
        }
    }
}
