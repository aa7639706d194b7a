using System.Net;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using ScenarioFunctions.Emulator;
using ScenarioFunctions.Local.Storage;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Emulator;

public sealed class EmulatorRecordsTests
{
    /// <summary>As a full disk. An error 500 would mean that nobody knows whether the image was ordered.</summary>
    [Fact]
    public async Task While_its_database_does_not_work_an_order_is_worth_a_retry()
    {
        await using var server = await EmulatorServer.StartAsync();
        await using (var other = new SqliteConnection($"Data Source={server.DatabasePath};Pooling=False"))
        {
            await other.ExecuteAsync("DROP TABLE generations");
        }

        using var response = await server.PostAsync(new { model = "gen4_image", promptText = "A cup", ratio = "720:720" });

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.StartsWith(
            "The emulator cannot use its database: ", (await EmulatorServer.BodyOf(response)).GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generations_go_on_over_a_restart()
    {
        await using var server = await EmulatorServer.StartAsync(new EmulatorSettings { Concurrency = 2 });
        var ended = await server.CreateAsync("Ended");
        server.Clock.Advance(TimeSpan.FromSeconds(10));
        var cancelled = await server.CreateAsync("Cancelled emulator:slow=3000");
        var running = await server.CreateAsync("Running emulator:slow=10");
        var next = await server.CreateAsync("Next emulator:slow=10");
        var last = await server.CreateAsync("Last");
        server.Clock.Advance(TimeSpan.FromSeconds(5));
        (await server.DeleteAsync(cancelled)).Dispose();
        server.Clock.Advance(TimeSpan.FromSeconds(2));

        await server.RestartAsync();

        Assert.Equal("SUCCEEDED", await server.StatusAsync(ended));
        Assert.Equal(0.7, (await server.TaskAsync(running)).GetProperty("progress").GetDouble());
        Assert.Equal(0.2, (await server.TaskAsync(next)).GetProperty("progress").GetDouble());
        Assert.Equal("THROTTLED", await server.StatusAsync(last));
        Assert.Equal(HttpStatusCode.NotFound, (await server.DeleteAsync(cancelled)).StatusCode);

        server.Clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("SUCCEEDED", await server.StatusAsync(running));
        Assert.Equal("PENDING", await server.StatusAsync(last));
    }

    [Fact]
    public async Task A_restart_with_a_clock_set_back_goes_on_where_the_last_one_was()
    {
        await using var server = await EmulatorServer.StartAsync();
        var before = await server.CreateAsync("Before");
        server.Clock.Set(TimeSpan.FromHours(-2));

        await server.RestartAsync();

        var after = await server.CreateAsync("After");
        server.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("SUCCEEDED", await server.StatusAsync(before));
        Assert.Equal("SUCCEEDED", await server.StatusAsync(after));
        using var output = await server.Client.GetAsync(
            await server.OutputUrlAsync(after), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, output.StatusCode);
    }

    [Fact]
    public async Task A_task_older_than_two_days_is_forgotten_at_the_next_start()
    {
        await using var server = await EmulatorServer.StartAsync();
        var old = await server.CreateAsync("Old");
        server.Clock.Advance(TimeSpan.FromHours(25));
        var recent = await server.CreateAsync("Recent");
        server.Clock.Advance(TimeSpan.FromHours(24));

        await server.RestartAsync();

        Assert.Equal("SUCCEEDED", await server.StatusAsync(recent));
        using var response = await server.Client.GetAsync($"v1/tasks/{old}", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Generations_of_version_0_1_0_are_taken_over_from_the_services_database_once()
    {
        const string id = "0d5bb4dc-9c5c-4dd1-8a4b-0a3a3e7f4c11";
        using var folder = new TemporaryFolder();
        var former = folder.File("scenario.db");
        await using (var database = LocalDatabase.Open(former))
        {
            await database.WriteAsync(
                connection => connection.Execute(
                    "INSERT INTO emulator_generations VALUES (@id, 'gen4_image', 'A fox', 720, 720, NULL, 5, NULL, 2, @at, NULL)",
                    new { id, at = new DateTimeOffset(2026, 3, 1, 11, 0, 0, TimeSpan.Zero) }),
                TestContext.Current.CancellationToken);
        }

        await using var server = await EmulatorServer.StartAsync(formerPath: former);

        Assert.Equal("SUCCEEDED", await server.StatusAsync(id));
        Assert.Equal(HttpStatusCode.NoContent, (await server.DeleteAsync(id)).StatusCode);
        await server.RestartAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await server.DeleteAsync(id)).StatusCode);
    }

    [Theory]
    [InlineData("This is no database at all. It is only text.", "not a database")]
    [InlineData(null, "newer version (99)")]
    public async Task A_database_that_cannot_be_used_stops_the_start_and_is_named(string? content, string reason)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("emulator.db");
        if (content is not null)
        {
            await File.WriteAllTextAsync(path, content, TestContext.Current.CancellationToken);
        }
        else
        {
            using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 99";
            command.ExecuteNonQuery();
        }

        var fault = Assert.Throws<EmulatorDatabaseException>(() => GenerationTable.Open(path, default));

        Assert.Contains(path, fault.Message, StringComparison.Ordinal);
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0d5bb4dc-9c5c-4dd1-8a4b-0a3a3e7f4c11")]
    [InlineData("nonsense")]
    public async Task A_task_that_never_was_is_not_found(string id)
    {
        await using var server = await EmulatorServer.StartAsync();

        using var response = await server.Client.GetAsync($"v1/tasks/{id}", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("""{"error":"Could not find Task"}""", (await EmulatorServer.BodyOf(response)).GetRawText());
    }

    [Fact]
    public async Task The_organization_tells_limits_credits_and_the_use_of_the_last_day()
    {
        await using var server = await EmulatorServer.StartAsync(new EmulatorSettings { Concurrency = 7 });
        await server.CreateAsync("Yesterday");
        server.Clock.Advance(TimeSpan.FromHours(25));
        await server.CreateAsync("Today");

        using var response = await server.Client.GetAsync("v1/organization", TestContext.Current.CancellationToken);

        var body = await EmulatorServer.BodyOf(response);
        Assert.Equal(999_990, body.GetProperty("creditBalance").GetInt32());
        var limits = body.GetProperty("tier").GetProperty("models").GetProperty("gen4_image");
        Assert.Equal(7, limits.GetProperty("maxConcurrentGenerations").GetInt32());
        Assert.Equal(JsonValueKind.Null, limits.GetProperty("maxDailyGenerations").ValueKind);
        Assert.True(body.GetProperty("tier").GetProperty("maxMonthlyCreditSpend").GetInt32() > 0);
        var usage = body.GetProperty("usage").GetProperty("models");
        Assert.Equal(1, usage.GetProperty("gen4_image").GetProperty("dailyGenerations").GetInt32());
        Assert.Equal(0, usage.GetProperty("gpt_image_2").GetProperty("dailyGenerations").GetInt32());
    }
}
