using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Core.Runway;

public sealed class RunwayHealthCheckTests
{
    [Fact]
    public async Task RunwayML_is_healthy_when_it_knows_us_and_is_asked_once_in_15_seconds()
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Then(Reply.Json("""{"creditBalance":100}"""), Reply.Status(401));

        Assert.Equal(HealthStatus.Healthy, await StatusAsync(runway));
        Assert.Equal(HealthStatus.Healthy, await StatusAsync(runway));
        var request = Assert.Single(runway.Server.Requests);
        Assert.Equal(("GET", "/v1/organization"), (request.Method, request.PathAndQuery));

        runway.Time.Advance(RunwayHealthCheck.KeptFor);
        Assert.Equal(HealthStatus.Degraded, await StatusAsync(runway));
        Assert.Equal(2, runway.Server.Requests.Count);
    }

    [Theory]
    [InlineData(401, "RunwayML answered GET with HTTP 401: check RUNWAYML_API_SECRET.")]
    [InlineData(404, "The server at this address is not RunwayML: check RUNWAYML_BASE_URL.")]
    [InlineData(503, "RunwayML answered GET with HTTP 503.")]
    public async Task RunwayML_is_degraded_when_it_refuses_and_what_to_check_is_said(int status, string message)
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Otherwise = Reply.Status(status);

        var health = await CheckAsync(runway);
        Assert.Equal((HealthStatus.Degraded, message), (health.Status, health.Description));
    }

    [Theory]
    [InlineData("""{"creditBalance":0}""", HealthStatus.Degraded, "account is empty")]
    [InlineData("""{"creditBalance":499}""", HealthStatus.Healthy, "Warning: the RunwayML account has only 499 credits left.")]
    [InlineData("""{"creditBalance":500}""", HealthStatus.Healthy, "RunwayML answers.")]
    [InlineData(
        """{"creditBalance":900,"tier":{"models":{"gen4_image":{"maxDailyGenerations":50}}},"usage":{"models":{"gen4_image":{"dailyGenerations":50}}}}""",
        HealthStatus.Degraded,
        "daily limit for gen4_image")]
    [InlineData(
        """{"creditBalance":900,"tier":{"models":{"gen4_image":{"maxDailyGenerations":null}}},"usage":{"models":{"gen4_image":{"dailyGenerations":50}}}}""",
        HealthStatus.Healthy,
        "RunwayML answers.")]
    public async Task The_account_is_judged_by_its_balance_and_its_daily_limit(
        string organization, HealthStatus status, string message)
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Then(Reply.Json(organization));

        var health = await CheckAsync(runway);

        Assert.Equal(status, health.Status);
        Assert.Contains(message, health.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_balance_that_was_too_low_for_the_last_image_is_degraded_until_an_order_is_taken()
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Then(
            Reply.Json("""{"error":"You do not have enough credits to run this task."}""", 400),
            Reply.Json("""{"creditBalance":3}"""),
            Reply.Json("""{"id":"gen-1"}"""),
            Reply.Json("""{"creditBalance":3}"""));

        await RunwayHarness.FailsAsync(ImageServiceFailure.AccountExhausted, runway.SubmitAsync);
        Assert.Equal(HealthStatus.Degraded, await StatusAsync(runway));

        await runway.SubmitAsync();
        runway.Time.Advance(RunwayHealthCheck.KeptFor);
        Assert.Equal(HealthStatus.Healthy, await StatusAsync(runway));
    }

    [Fact]
    public async Task RunwayML_is_degraded_when_something_else_answers()
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Otherwise = Reply.Bytes("<html>"u8.ToArray(), "text/html");

        Assert.Equal(HealthStatus.Degraded, await StatusAsync(runway));
    }

    [Fact]
    public async Task RunwayML_is_degraded_when_it_is_not_configured()
    {
        await using var runway = await RunwayHarness.StartAsync(secret: null);

        Assert.Equal(HealthStatus.Degraded, await StatusAsync(runway));
        Assert.Empty(runway.Server.Requests);
    }

    [Fact]
    public async Task RunwayML_is_degraded_when_it_does_not_answer_in_5_seconds()
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Then(Reply.Silence());

        var status = StatusAsync(runway);
        await runway.Server.RequestArrivedAsync();
        runway.Time.Fire(RunwayHealthCheck.Timeout);

        Assert.Equal(HealthStatus.Degraded, await status);
    }

    private static async Task<HealthStatus> StatusAsync(RunwayHarness runway) => (await CheckAsync(runway)).Status;

    private static async Task<HealthReportEntry> CheckAsync(RunwayHarness runway)
    {
        var report = await runway.Services.GetRequiredService<HealthCheckService>()
            .CheckHealthAsync(TestContext.Current.CancellationToken);
        return report.Entries[RunwayServices.HealthCheckName];
    }
}
