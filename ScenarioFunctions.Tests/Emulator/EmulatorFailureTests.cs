using System.Net;
using System.Text.Json;
using ScenarioFunctions.Emulator;

namespace ScenarioFunctions.Tests.Emulator;

public sealed class EmulatorFailureTests
{
    [Theory]
    [InlineData("emulator:fail", "INTERNAL.BAD_OUTPUT.CODE01", 0)]
    [InlineData("emulator:reject", "SAFETY.INPUT.TEXT", 5)]
    public async Task A_word_in_the_prompt_makes_the_task_fail_which_costs_its_price_when_moderation_refused_it(
        string word, string failureCode, int cost)
    {
        await using var server = await EmulatorServer.StartAsync();
        var id = await server.CreateAsync($"A red bicycle {word}");
        Assert.Equal("PENDING", await server.StatusAsync(id));

        server.Clock.Advance(TimeSpan.FromSeconds(2));

        var failed = await server.TaskAsync(id);
        Assert.Equal("FAILED", failed.GetProperty("status").GetString());
        Assert.Equal(failureCode, failed.GetProperty("failureCode").GetString());
        Assert.NotEmpty(failed.GetProperty("failure").GetString()!);
        Assert.Equal(cost, failed.GetProperty("cost").GetProperty("credits").GetInt32());
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

    private static IEnumerable<string> Names(JsonElement body) => body.EnumerateObject().Select(property => property.Name);
}
