using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Core.Runway;

public sealed class RunwayBreakerTests
{
    [Fact]
    public async Task A_service_that_is_down_is_left_alone_until_the_break_is_over()
    {
        await using var runway = await RunwayHarness.StartAsync();
        await BreakAsync(runway);

        await RunwayHarness.FailsAsync(ImageServiceFailure.Unavailable, runway.SubmitAsync);
        await RunwayHarness.FailsAsync(ImageServiceFailure.Unavailable, runway.GetAsync);
        Assert.Equal(8, runway.Server.Requests.Count);
        Assert.Empty(runway.Time.Waits);

        runway.Time.Advance(RunwayResilience.BreakDuration);
        runway.Server.Otherwise = Reply.Json("""{"id":"gen-1"}""");
        Assert.Equal("gen-1", await runway.SubmitAsync());
        Assert.Equal("gen-1", await runway.SubmitAsync());
    }

    [Fact]
    public async Task A_clock_that_is_set_back_makes_no_break_longer()
    {
        await using var runway = await RunwayHarness.StartAsync();
        await BreakAsync(runway);
        runway.Time.Set(TimeSpan.FromHours(-2));

        runway.Time.Advance(RunwayResilience.BreakDuration);
        runway.Server.Otherwise = Reply.Json("""{"id":"gen-1"}""");

        Assert.Equal("gen-1", await runway.SubmitAsync());
    }

    [Fact]
    public async Task A_connection_that_is_refused_40_times_is_not_waited_for_40_times()
    {
        await using var runway = await RunwayHarness.StartAsync(baseUrl: "http://127.0.0.1:1");

        for (var scene = 0; scene < 40; scene++)
        {
            await RunwayHarness.FailsAsync(ImageServiceFailure.Unavailable, runway.SubmitAsync);
        }

        Assert.InRange(runway.Time.Waits.Count, 1, 40);
    }

    [Fact]
    public async Task A_service_that_limits_us_is_not_down()
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Otherwise = Reply.Status(429);

        for (var call = 1; call <= 3; call++)
        {
            await RunwayHarness.FailsAsync(ImageServiceFailure.Unavailable, runway.SubmitAsync);
        }

        Assert.Equal(12, runway.Server.Requests.Count);
    }

    [Fact]
    public async Task Outputs_are_still_downloaded_while_the_api_is_left_alone()
    {
        await using var runway = await RunwayHarness.StartAsync();
        await BreakAsync(runway);
        runway.Server.Then(Reply.Bytes(Images.Png, "image/png"));

        var image = await runway.DownloadAsync();

        Assert.Equal("png", image.Extension);
    }

    /// <summary>Eight creates answered with 500, which is not retried.</summary>
    private static async Task BreakAsync(RunwayHarness runway)
    {
        runway.Server.Otherwise = Reply.Status(500);
        for (var call = 1; call <= 8; call++)
        {
            await RunwayHarness.FailsAsync(ImageServiceFailure.Unavailable, runway.SubmitAsync);
        }
    }
}
