using System.Net;
using System.Text.Json;
using ScenarioFunctions.Emulator;

namespace ScenarioFunctions.Tests.Emulator;

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
    [InlineData(-2)]
    [InlineData(2)]
    public async Task A_clock_that_is_set_by_hours_changes_no_tasks_course(int hours)
    {
        await using var server = await EmulatorServer.StartAsync();
        var before = await server.CreateAsync("Before");
        server.Clock.Advance(TimeSpan.FromSeconds(1));

        server.Clock.Set(TimeSpan.FromHours(hours));

        var after = await server.CreateAsync("After");
        Assert.Equal(0.5, (await server.TaskAsync(before)).GetProperty("progress").GetDouble());
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("SUCCEEDED", await server.StatusAsync(before));
        Assert.Equal(0.5, (await server.TaskAsync(after)).GetProperty("progress").GetDouble());
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("SUCCEEDED", await server.StatusAsync(after));
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
        using var output = await server.Client.GetAsync(server.LinkTo(id), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, deletedAgain.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, fetched.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, output.StatusCode);
    }

    private static IEnumerable<string> Names(JsonElement body) => body.EnumerateObject().Select(property => property.Name);
}
