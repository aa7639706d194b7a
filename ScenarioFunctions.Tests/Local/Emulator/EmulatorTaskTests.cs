using System.Net;
using System.Text.Json;
using ScenarioFunctions.Local.Emulator;

namespace ScenarioFunctions.Tests.Local.Emulator;

public sealed class EmulatorTaskTests
{
    [Fact]
    public async Task A_task_is_pending_then_running_then_succeeded_as_time_goes_by()
    {
        await using var server = await EmulatorServer.StartAsync();
        var id = await server.CreateAsync("A red bicycle");

        var pending = await server.TaskAsync(id);
        Assert.Equal("PENDING", pending.GetProperty("status").GetString());
        Assert.Equal("2026-03-01T12:00:00.000Z", pending.GetProperty("createdAt").GetString());
        Assert.Equal(5, pending.GetProperty("estimatedCost").GetProperty("credits").GetInt32());
        Assert.Equal(["id", "status", "createdAt", "estimatedCost"], Names(pending));

        server.Clock.Advance(TimeSpan.FromSeconds(1));
        var running = await server.TaskAsync(id);
        Assert.Equal("RUNNING", running.GetProperty("status").GetString());
        Assert.Equal(0.5, running.GetProperty("progress").GetDouble());
        Assert.Equal(["id", "status", "createdAt", "estimatedCost", "progress"], Names(running));

        server.Clock.Advance(TimeSpan.FromSeconds(1));
        var succeeded = await server.TaskAsync(id);
        Assert.Equal("SUCCEEDED", succeeded.GetProperty("status").GetString());
        Assert.Equal(id, succeeded.GetProperty("id").GetString());
        Assert.Equal(5, succeeded.GetProperty("cost").GetProperty("credits").GetInt32());
        Assert.Equal(["id", "status", "createdAt", "cost", "output"], Names(succeeded));
    }

    [Fact]
    public async Task Creating_answers_with_the_id_and_what_it_may_cost()
    {
        await using var server = await EmulatorServer.StartAsync();

        using var response = await server.PostAsync(new { model = "gen4_image", promptText = "A boat", ratio = "1080:1920" });

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var body = await EmulatorServer.BodyOf(response);
        Assert.True(Guid.TryParse(body.GetProperty("id").GetString(), out _));
        Assert.Equal(8, body.GetProperty("estimatedCost").GetProperty("credits").GetInt32());
    }

    [Fact]
    public async Task A_task_beyond_the_concurrency_is_throttled_until_an_earlier_one_ends()
    {
        await using var server = await EmulatorServer.StartAsync(new EmulatorSettings { Concurrency = 1 });
        var first = await server.CreateAsync("One");
        var second = await server.CreateAsync("Two");

        server.Clock.Advance(TimeSpan.FromSeconds(1.9));
        Assert.Equal("RUNNING", await server.StatusAsync(first));
        Assert.Equal("THROTTLED", await server.StatusAsync(second));

        server.Clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal("SUCCEEDED", await server.StatusAsync(first));
        Assert.Equal("PENDING", await server.StatusAsync(second));

        server.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("SUCCEEDED", await server.StatusAsync(second));
    }

    [Fact]
    public async Task Cancelling_a_running_task_frees_its_slot_at_once()
    {
        await using var server = await EmulatorServer.StartAsync(new EmulatorSettings { Concurrency = 1 });
        var first = await server.CreateAsync("One");
        var second = await server.CreateAsync("Two");
        server.Clock.Advance(TimeSpan.FromSeconds(1));

        using var response = await server.DeleteAsync(first);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal("PENDING", await server.StatusAsync(second));
        server.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("SUCCEEDED", await server.StatusAsync(second));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(60)]
    public async Task A_deleted_task_is_gone_whatever_its_state(int secondsLater)
    {
        await using var server = await EmulatorServer.StartAsync();
        var id = await server.CreateAsync("A red bicycle");
        server.Clock.Advance(TimeSpan.FromSeconds(secondsLater));

        using var deleted = await server.DeleteAsync(id);
        using var deletedAgain = await server.DeleteAsync(id);
        using var fetched = await server.Client.GetAsync($"v1/tasks/{id}", TestContext.Current.CancellationToken);
        using var output = await server.Client.GetAsync($"outputs/{id}.png?expires=9999999999", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, deletedAgain.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, fetched.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, output.StatusCode);
    }

    [Theory]
    [InlineData("emulator:fail", "INTERNAL.BAD_OUTPUT.CODE01")]
    [InlineData("emulator:reject", "SAFETY.INPUT.TEXT")]
    public async Task A_word_in_the_prompt_makes_the_task_fail_and_cost_nothing(string word, string failureCode)
    {
        await using var server = await EmulatorServer.StartAsync();
        var id = await server.CreateAsync($"A red bicycle {word}");
        Assert.Equal("PENDING", await server.StatusAsync(id));

        server.Clock.Advance(TimeSpan.FromSeconds(2));

        var failed = await server.TaskAsync(id);
        Assert.Equal("FAILED", failed.GetProperty("status").GetString());
        Assert.Equal(failureCode, failed.GetProperty("failureCode").GetString());
        Assert.NotEmpty(failed.GetProperty("failure").GetString()!);
        Assert.Equal(0, failed.GetProperty("cost").GetProperty("credits").GetInt32());
        Assert.Equal(["id", "status", "createdAt", "cost", "failure", "failureCode"], Names(failed));
    }

    [Fact]
    public async Task A_word_in_the_prompt_makes_the_task_slow()
    {
        await using var server = await EmulatorServer.StartAsync();
        var id = await server.CreateAsync("A red bicycle, emulator:slow=7.5 please");

        server.Clock.Advance(TimeSpan.FromSeconds(7.4));
        Assert.Equal("RUNNING", await server.StatusAsync(id));

        server.Clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal("SUCCEEDED", await server.StatusAsync(id));
    }

    [Fact]
    public async Task A_word_in_the_prompt_makes_the_service_unavailable()
    {
        await using var server = await EmulatorServer.StartAsync();

        using var response = await server.PostAsync(new { model = "gen4_image", promptText = "emulator:down", ratio = "720:720" });

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Fact]
    public async Task The_failure_rate_decides_once_for_each_task()
    {
        await using var server = await EmulatorServer.StartAsync(new EmulatorSettings { FailureRate = 0.5, Concurrency = 100 });
        var ids = new List<string>();
        for (var i = 0; i < 40; i++)
        {
            ids.Add(await server.CreateAsync($"Image {i}"));
        }

        server.Clock.Advance(TimeSpan.FromSeconds(2));
        var outcomes = await OutcomesAsync();
        await server.RestartAsync();

        // All 40 alike would be one chance in 2^39.
        Assert.Contains("INTERNAL", outcomes);
        Assert.Contains("none", outcomes);
        Assert.Equal(outcomes, await OutcomesAsync());

        async Task<List<string>> OutcomesAsync()
        {
            var codes = new List<string>();
            foreach (var id in ids)
            {
                codes.Add((await server.TaskAsync(id)).TryGetProperty("failureCode", out var code) ? code.GetString()! : "none");
            }

            return codes;
        }
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

    [Theory]
    [InlineData("0d5bb4dc-9c5c-4dd1-8a4b-0a3a3e7f4c11")]
    [InlineData("nonsense")]
    public async Task A_task_that_never_was_is_not_found(string id)
    {
        await using var server = await EmulatorServer.StartAsync();

        using var response = await server.Client.GetAsync($"v1/tasks/{id}", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.NotEmpty((await EmulatorServer.BodyOf(response)).GetProperty("error").GetString()!);
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
        Assert.True(body.GetProperty("creditBalance").GetInt32() > 0);
        var limits = body.GetProperty("tier").GetProperty("models").GetProperty("gen4_image");
        Assert.Equal(7, limits.GetProperty("maxConcurrentGenerations").GetInt32());
        Assert.Equal(JsonValueKind.Null, limits.GetProperty("maxDailyGenerations").ValueKind);
        Assert.True(body.GetProperty("tier").GetProperty("maxMonthlyCreditSpend").GetInt32() > 0);
        var usage = body.GetProperty("usage").GetProperty("models");
        Assert.Equal(1, usage.GetProperty("gen4_image").GetProperty("dailyGenerations").GetInt32());
        Assert.Equal(0, usage.GetProperty("gpt_image_2").GetProperty("dailyGenerations").GetInt32());
    }

    private static IEnumerable<string> Names(JsonElement body) => body.EnumerateObject().Select(property => property.Name);
}
