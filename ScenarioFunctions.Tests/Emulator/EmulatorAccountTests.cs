using System.Net;
using System.Net.Http.Json;
using System.Text;
using Microsoft.Data.Sqlite;
using ScenarioFunctions.Emulator;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Emulator;

/// <summary>The emulated project's credits and limits, as RunwayML tells and enforces them.</summary>
public sealed class EmulatorAccountTests
{
    private const string NoCredits = """{"error":"You do not have enough credits to run this task."}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Orders_are_taken_until_the_credits_do_not_cover_the_next_one()
    {
        await using var server = await EmulatorServer.StartAsync(new EmulatorSettings { Account = new(CreditBalance: 14) });

        await server.CreateAsync("First, 5 credits");
        await server.CreateAsync("Second, 5 credits");
        using var third = await server.PostAsync(new { model = "gen4_image", promptText = "Third", ratio = "720:720" });
        using var cheaper = await server.PostAsync(new
        {
            model = "gen4_image_turbo",
            promptText = "2 credits",
            ratio = "720:720",
            referenceImages = new[] { new { uri = "https://example.com/a.png" } },
        });

        Assert.Equal(HttpStatusCode.BadRequest, third.StatusCode);
        Assert.Equal(NoCredits, await third.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(HttpStatusCode.OK, cheaper.StatusCode);
        Assert.Equal(2, await BalanceAsync(server));
    }

    [Theory]
    [InlineData("emulator:fail", 100)]
    [InlineData("emulator:reject", 95)]
    [InlineData("A boat", 95)]
    public async Task A_failure_costs_nothing_but_a_refusal_by_moderation_costs_as_an_image(string prompt, int left)
    {
        await using var server = await EmulatorServer.StartAsync(new EmulatorSettings { Account = new(CreditBalance: 100) });

        await server.CreateAsync(prompt);
        server.Clock.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(left, await BalanceAsync(server));
    }

    [Fact]
    public async Task A_cancel_gives_the_credits_back_unless_the_task_ran()
    {
        await using var server = await EmulatorServer.StartAsync(
            new EmulatorSettings { Concurrency = 1, Account = new(CreditBalance: 100) });
        var running = await server.CreateAsync("Running");
        var waiting = await server.CreateAsync("Waiting");

        (await server.DeleteAsync(waiting)).Dispose();
        (await server.DeleteAsync(waiting)).Dispose();
        Assert.Equal(95, await BalanceAsync(server));

        (await server.DeleteAsync(running)).Dispose();
        Assert.Equal(95, await BalanceAsync(server));
    }

    [Fact]
    public async Task A_model_takes_no_more_orders_in_a_day_than_it_may_and_another_model_still_does()
    {
        await using var server = await EmulatorServer.StartAsync(new EmulatorSettings { Account = new(MaxDailyGenerations: 2) });
        await server.CreateAsync("First");
        server.Clock.Advance(TimeSpan.FromHours(23));
        await server.CreateAsync("Second");
        var body = new { model = "gen4_image", promptText = "Third", ratio = "720:720" };

        using var refused = await server.PostAsync(body);
        using var other = await server.PostAsync(body with { model = "gemini_2.5_flash", ratio = "1024:1024" });
        server.Clock.Advance(TimeSpan.FromHours(1));
        using var nextDay = await server.PostAsync(body);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Contains("daily task limit", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.Equal(HttpStatusCode.OK, nextDay.StatusCode);
    }

    [Fact]
    public async Task Two_models_do_not_wait_for_each_other()
    {
        await using var server = await EmulatorServer.StartAsync(new EmulatorSettings { Concurrency = 1 });
        await server.CreateAsync("First of its model");
        var second = await server.CreateAsync("Second of its model");
        using var other = await server.PostAsync(new { model = "gemini_2.5_flash", promptText = "Other", ratio = "1024:1024" });

        server.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("THROTTLED", await server.StatusAsync(second));
        Assert.Equal("RUNNING", await server.StatusAsync((await EmulatorServer.BodyOf(other)).GetProperty("id").GetString()!));
    }

    [Theory]
    [InlineData("emulator:empty", HttpStatusCode.BadRequest, "enough credits")]
    [InlineData("emulator:capped", HttpStatusCode.TooManyRequests, "daily task limit")]
    public async Task A_word_in_the_prompt_gets_it_refused_and_costs_nothing(string word, HttpStatusCode status, string said)
    {
        await using var server = await EmulatorServer.StartAsync(new EmulatorSettings { Account = new(CreditBalance: 100) });

        using var response = await server.PostAsync(new { model = "gen4_image", promptText = word, ratio = "720:720" });

        Assert.Equal(status, response.StatusCode);
        Assert.Contains(said, await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(100, await BalanceAsync(server));
    }

    [Fact]
    public async Task The_account_can_be_set_and_outlives_a_restart()
    {
        await using var server = await EmulatorServer.StartAsync();

        using var set = await server.Client.PutAsJsonAsync("account", new { creditBalance = 7, maxDailyGenerations = 3 }, Cancel);
        await server.CreateAsync("5 credits");
        await server.RestartAsync();

        Assert.Equal(HttpStatusCode.OK, set.StatusCode);
        using var response = await server.Client.GetAsync("v1/organization", Cancel);
        var body = await EmulatorServer.BodyOf(response);
        Assert.Equal(2, body.GetProperty("creditBalance").GetInt32());
        Assert.Equal(3, body.GetProperty("tier").GetProperty("models").GetProperty("gen4_image")
            .GetProperty("maxDailyGenerations").GetInt32());
    }

    [Theory]
    [InlineData("")]
    [InlineData("""{"creditBalance": "many"}""")]
    public async Task An_account_that_is_none_is_refused_with_an_example(string body)
    {
        await using var server = await EmulatorServer.StartAsync();

        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await server.Client.PutAsync("account", content, Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("creditBalance", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public void A_database_from_before_the_account_gets_one_and_keeps_its_generations()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("emulator.db");
        var generation = new EmulatedGeneration(
            Guid.NewGuid(), "gen4_image", "A boat", 720, 720, null, 5, null, TimeSpan.FromSeconds(2),
            new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        using (var table = GenerationTable.Open(path, default))
        {
            table.Add(generation);
        }

        using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "DROP TABLE account; DROP TABLE link_key; PRAGMA user_version = 1";
            command.ExecuteNonQuery();
        }

        using var upgraded = GenerationTable.Open(path, default, account: new EmulatedAccount(42));
        Assert.Equal(new EmulatedAccount(42), upgraded.Account());
        Assert.Equal(generation, upgraded.Find(generation.Id));
    }

    private static async Task<int> BalanceAsync(EmulatorServer server)
    {
        using var response = await server.Client.GetAsync("v1/organization", Cancel);
        return (await EmulatorServer.BodyOf(response)).GetProperty("creditBalance").GetInt32();
    }
}
