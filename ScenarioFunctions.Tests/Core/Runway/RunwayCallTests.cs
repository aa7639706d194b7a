using Microsoft.AspNetCore.Http;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Core.Runway;

/// <summary>Reading and cancelling, which may be repeated, and what each refusal means.</summary>
public sealed class RunwayCallTests
{
    private static readonly RequestDelegate Running = Reply.Json("""{"id":"gen-1","status":"RUNNING","progress":0.5}""");

    public static TheoryData<string> Disturbances => ["408", "429", "500", "502", "503", "504", "cut", "cut in body"];

    [Theory]
    [MemberData(nameof(Disturbances))]
    public async Task A_read_that_is_disturbed_is_repeated(string disturbance)
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Then(Disturb(disturbance)).Otherwise = Running;

        var generation = await runway.GetAsync();

        Assert.Equal(GenerationState.Open, generation.State);
        Assert.All(runway.Server.Requests, request => Assert.Equal(("GET", "/v1/tasks/gen-1"), (request.Method, request.PathAndQuery)));
        Assert.Equal(2, runway.Server.Requests.Count);
    }

    [Fact]
    public async Task A_read_not_answered_in_time_is_repeated()
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Then(Reply.Silence()).Otherwise = Running;

        var get = runway.GetAsync();
        await runway.Server.RequestArrivedAsync();
        runway.Time.Fire(RunwayResilience.ApiAttemptTimeout);

        Assert.Equal(GenerationState.Open, (await get).State);
        Assert.Equal(2, runway.Server.Requests.Count);
    }

    [Fact]
    public async Task A_read_is_cut_by_its_callers_cancellation()
    {
        await using var runway = await RunwayHarness.StartAsync();
        using var cancel = new CancellationTokenSource();
        runway.Server.Then(Reply.Silence());

        var get = runway.Client.GetAsync("gen-1", cancel.Token);
        await runway.Server.RequestArrivedAsync();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => get);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("3600", 30)]
    [InlineData("Fri, 02 Jan 2026 03:04:14 GMT", 9)]
    public async Task A_wait_that_RunwayML_asks_for_is_kept_up_to_its_limit(string retryAfter, int seconds)
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Then(Reply.Status(429, ("Retry-After", retryAfter))).Otherwise = Running;

        await runway.GetAsync();

        Assert.Equal(TimeSpan.FromSeconds(seconds), Assert.Single(runway.Time.Waits));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("Thu, 01 Jan 2026 00:00:00 GMT")]
    [InlineData("soon")]
    public async Task A_wait_that_is_over_or_makes_no_sense_leaves_it_to_the_backoff(string retryAfter)
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Then(Reply.Status(503, ("Retry-After", retryAfter))).Otherwise = Running;

        await runway.GetAsync();

        Assert.InRange(Assert.Single(runway.Time.Waits), TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData(301, ImageServiceFailure.Misconfigured)]
    [InlineData(400, ImageServiceFailure.Refused)]
    [InlineData(401, ImageServiceFailure.Misconfigured)]
    [InlineData(402, ImageServiceFailure.Refused)]
    [InlineData(403, ImageServiceFailure.Misconfigured)]
    [InlineData(404, ImageServiceFailure.Misconfigured)]
    [InlineData(405, ImageServiceFailure.Misconfigured)]
    [InlineData(408, ImageServiceFailure.Unavailable)]
    [InlineData(422, ImageServiceFailure.Refused)]
    [InlineData(500, ImageServiceFailure.Unavailable)]
    public async Task A_create_that_is_refused_is_sent_once(int status, ImageServiceFailure failure)
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Otherwise = Reply.Json("""{"error":"The ratio is not one of ours."}""", status);

        await RunwayHarness.FailsAsync(failure, runway.SubmitAsync);

        Assert.Single(runway.Server.Requests);
        Assert.Contains(runway.Logs.Lines, line => line.Contains("The ratio is not one of ours.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(301, ImageServiceFailure.Misconfigured, ": check RUNWAYML_BASE_URL.")]
    [InlineData(401, ImageServiceFailure.Misconfigured, ": check RUNWAYML_API_SECRET.")]
    [InlineData(403, ImageServiceFailure.Misconfigured, ": check RUNWAYML_API_SECRET.")]
    [InlineData(404, ImageServiceFailure.Misconfigured, ": check RUNWAYML_BASE_URL.")]
    [InlineData(405, ImageServiceFailure.Misconfigured, ": check RUNWAYML_BASE_URL.")]
    [InlineData(429, ImageServiceFailure.Unavailable, "HTTP 429.")]
    [InlineData(500, ImageServiceFailure.Unavailable, "HTTP 500.")]
    public async Task What_no_request_would_help_says_which_setting_to_check(
        int status, ImageServiceFailure failure, string end)
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Otherwise = Reply.Status(status);

        var exception = await RunwayHarness.FailsAsync(failure, runway.SubmitAsync);

        Assert.EndsWith(end, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, ImageServiceFailure.Refused)]
    [InlineData(401, ImageServiceFailure.Misconfigured)]
    [InlineData(403, ImageServiceFailure.Misconfigured)]
    [InlineData(404, ImageServiceFailure.NotFound)]
    public async Task A_read_that_is_refused_is_sent_once(int status, ImageServiceFailure failure)
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Otherwise = Reply.Status(status);

        await RunwayHarness.FailsAsync(failure, runway.GetAsync);

        Assert.Single(runway.Server.Requests);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("{}")]
    [InlineData("[]")]
    public async Task A_read_answered_with_nonsense_counts_as_unavailable(string answer)
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Then(Reply.Json(answer));

        await RunwayHarness.FailsAsync(ImageServiceFailure.Unavailable, runway.GetAsync);
    }

    [Theory]
    [InlineData(204)]
    [InlineData(404)]
    public async Task A_generation_is_cancelled_also_when_it_is_gone(int status)
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Then(Reply.Cut(), Reply.Status(503), Reply.Status(status));

        await runway.CancelAsync();

        var request = runway.Server.Requests[^1];
        Assert.Equal(("DELETE", "/v1/tasks/gen-1"), (request.Method, request.PathAndQuery));
        Assert.Equal(3, runway.Server.Requests.Count);
    }

    [Fact]
    public async Task A_cancel_that_fails_says_so()
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Otherwise = Reply.Status(503);

        await RunwayHarness.FailsAsync(ImageServiceFailure.Unavailable, runway.CancelAsync);
    }

    [Fact]
    public async Task An_id_with_a_slash_stays_one_part_of_the_path()
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Then(Reply.Status(404));

        await RunwayHarness.FailsAsync(ImageServiceFailure.NotFound, () => runway.Client.GetAsync(
            "../organization?x", TestContext.Current.CancellationToken));

        Assert.StartsWith("/v1/tasks/", Assert.Single(runway.Server.Requests).PathAndQuery, StringComparison.Ordinal);
    }

    private static RequestDelegate Disturb(string how) => how switch
    {
        "cut" => Reply.Cut(),
        "cut in body" => Reply.CutInBody(),
        _ => Reply.Status(int.Parse(how)),
    };
}
