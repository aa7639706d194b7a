using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Polly;
using Polly.Timeout;
using ScenarioFunctions.Core;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Core.Runway;

/// <summary>What is sent, and above all what is never sent twice.</summary>
public sealed class RunwaySubmitTests
{
    private static readonly Microsoft.AspNetCore.Http.RequestDelegate Taken =
        Reply.Json("""{"id":"gen-1","estimatedCost":{"credits":8}}""");

    [Fact]
    public async Task A_create_carries_the_key_the_version_and_the_body_under_the_base_urls_path()
    {
        await using var runway = await RunwayHarness.StartAsync(path: "/emulators/runwayml");
        runway.Server.Then(Taken);

        Assert.Equal("gen-1", await runway.SubmitAsync());

        var request = Assert.Single(runway.Server.Requests);
        Assert.Equal("POST", request.Method);
        Assert.Equal("/emulators/runwayml/v1/text_to_image", request.PathAndQuery);
        Assert.Equal($"Bearer {RunwayHarness.Secret}", request.Headers["Authorization"]);
        Assert.Equal("2024-11-06", request.Headers["X-Runway-Version"]);
        Assert.Equal("application/json", request.Headers["Content-Type"]);
        Assert.True(long.Parse(request.Headers["Content-Length"]) > 0);
        Assert.Equal(
            """{"model":"gen4_image","promptText":"A red kettle","ratio":"1080:1920","referenceImages":[{"uri":"https://shop.example.com/kettle.png","tag":"product"}]}""",
            request.Body);
    }

    [Fact]
    public async Task A_create_whose_connection_is_reset_before_it_is_sent_is_sent_again()
    {
        await using var runway = await RunwayHarness.StartAsync(configure: services =>
            services.AddHttpClient<RunwayApi>().AddHttpMessageHandler(() => new ResetConnections(times: 2)));
        runway.Server.Then(Taken);

        Assert.Equal("gen-1", await runway.SubmitAsync());

        Assert.Single(runway.Server.Requests);
    }

    [Fact]
    public async Task A_create_without_references_leaves_the_field_out()
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Then(Taken);

        await runway.Client.SubmitAsync(
            RunwayHarness.Request with { ReferenceImages = [] }, TestContext.Current.CancellationToken);

        Assert.DoesNotContain("referenceImages", Assert.Single(runway.Server.Requests).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_create_that_RunwayML_asks_to_repeat_is_sent_again(int status)
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Then(Reply.Status(status), Reply.Status(status), Reply.Status(status), Taken);

        Assert.Equal("gen-1", await runway.SubmitAsync());

        Assert.Equal(4, runway.Server.Requests.Count);
        Assert.Single(runway.Server.Requests.Select(request => request.Body).Distinct());
        Assert.Equal(3, runway.Time.Waits.Count);
        Assert.All(runway.Time.Waits, wait => Assert.InRange(wait, TimeSpan.FromTicks(1), RunwayResilience.MaxDelay));
    }

    [Fact]
    public async Task After_three_retries_the_service_counts_as_unavailable()
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Otherwise = Reply.Status(503);

        await RunwayHarness.FailsAsync(ImageServiceFailure.Unavailable, runway.SubmitAsync);

        Assert.Equal(4, runway.Server.Requests.Count);
    }

    [Fact]
    public async Task A_create_cut_off_before_its_answer_is_not_sent_again()
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Then(Reply.Cut()).Otherwise = Taken;

        await RunwayHarness.FailsAsync(ImageServiceFailure.OutcomeUnknown, runway.SubmitAsync);

        Assert.Single(runway.Server.Requests);
    }

    [Fact]
    public async Task A_create_cut_off_on_a_connection_used_before_is_not_sent_again()
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Then(Taken, Reply.Cut()).Otherwise = Taken;
        await runway.SubmitAsync();

        await RunwayHarness.FailsAsync(ImageServiceFailure.OutcomeUnknown, runway.SubmitAsync);

        Assert.Equal(2, runway.Server.Requests.Count);
    }

    [Fact]
    public async Task A_create_cut_off_within_its_answer_is_not_sent_again()
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Then(Reply.CutInBody()).Otherwise = Taken;

        await RunwayHarness.FailsAsync(ImageServiceFailure.OutcomeUnknown, runway.SubmitAsync);

        Assert.Single(runway.Server.Requests);
    }

    [Theory]
    [InlineData("<html>welcome</html>")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"id":""}""")]
    [InlineData("""{"id":{"a":1}}""")]
    public async Task A_create_answered_with_nonsense_is_not_sent_again(string answer)
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Then(Reply.Json(answer)).Otherwise = Taken;

        await RunwayHarness.FailsAsync(ImageServiceFailure.OutcomeUnknown, runway.SubmitAsync);

        Assert.Single(runway.Server.Requests);
    }

    [Fact]
    public async Task A_create_answered_without_end_is_not_sent_again()
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Then(Reply.Bytes(new byte[RunwayApi.MaxAnswerBytes + 1], "application/json")).Otherwise = Taken;

        await RunwayHarness.FailsAsync(ImageServiceFailure.OutcomeUnknown, runway.SubmitAsync);

        Assert.Single(runway.Server.Requests);
    }

    [Fact]
    public async Task A_create_not_answered_in_time_is_not_sent_again()
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Then(Reply.Silence()).Otherwise = Taken;

        var submit = runway.SubmitAsync();
        await runway.Server.RequestArrivedAsync();
        runway.Time.Fire(RunwayResilience.ApiAttemptTimeout);

        await RunwayHarness.FailsAsync(ImageServiceFailure.OutcomeUnknown, () => submit);
        Assert.Single(runway.Server.Requests);
    }

    [Fact]
    public async Task A_create_under_way_is_not_lost_to_a_cancellation()
    {
        await using var runway = await RunwayHarness.StartAsync();
        using var cancel = new CancellationTokenSource();
        var cancelled = new TaskCompletionSource();
        runway.Server.Then(Reply.After(cancelled.Task, Taken));

        var submit = runway.Client.SubmitAsync(RunwayHarness.Request, cancel.Token);
        await runway.Server.RequestArrivedAsync();
        await cancel.CancelAsync();
        cancelled.SetResult();

        Assert.Equal(new OrderedImage("gen-1", EstimatedCredits: 8), await submit);
    }

    [Fact]
    public async Task A_create_cancelled_before_it_is_sent_is_not_sent()
    {
        await using var runway = await RunwayHarness.StartAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => runway.Client.SubmitAsync(RunwayHarness.Request, new CancellationToken(canceled: true)));

        Assert.Empty(runway.Server.Requests);
    }

    [Fact]
    public async Task A_refused_connection_is_tried_again_and_then_counts_as_unavailable()
    {
        await using var runway = await RunwayHarness.StartAsync(baseUrl: $"http://127.0.0.1:{UnusedPort()}");

        await RunwayHarness.FailsAsync(ImageServiceFailure.Unavailable, runway.SubmitAsync);

        Assert.Equal(RunwayResilience.MaxRetries, runway.Time.Waits.Count);
    }

    [Fact]
    public async Task A_host_that_is_not_found_is_a_wrong_address_for_every_call_however_many_there_are()
    {
        await using var runway = await RunwayHarness.StartAsync(baseUrl: "https://runwayml.invalid");

        for (var call = 1; call <= 12; call++)
        {
            var exception = await RunwayHarness.FailsAsync(ImageServiceFailure.Misconfigured, runway.SubmitAsync);
            Assert.EndsWith("check RUNWAYML_BASE_URL.", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_host_that_is_not_found_any_more_is_unavailable()
    {
        var isLost = false;
        await using var runway = await RunwayHarness.StartAsync(configure: services =>
            services.AddHttpClient<RunwayApi>().AddHttpMessageHandler(() => new LostName(() => isLost)));
        runway.Server.Then(Taken);
        await runway.SubmitAsync();

        isLost = true;
        await RunwayHarness.FailsAsync(ImageServiceFailure.Unavailable, runway.SubmitAsync);
    }

    [Theory]
    [InlineData(400, "You do not have enough credits to run this task.", "too few credits")]
    [InlineData(429, "You have reached the daily task limit for this model.", "daily limit")]
    public async Task An_exhausted_account_is_asked_once_and_told_to_the_operator_once(int status, string error, string reason)
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Otherwise = Reply.Json($$"""{"error":"{{error}}"}""", status);

        for (var call = 1; call <= 3; call++)
        {
            var exception = await RunwayHarness.FailsAsync(ImageServiceFailure.AccountExhausted, runway.SubmitAsync);
            Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        }

        Assert.Equal(3, runway.Server.Requests.Count);
        Assert.Single(runway.Logs.Lines, line => line.Contains("Add credits", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refusal_that_only_quotes_the_words_is_no_empty_account()
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Otherwise = Reply.Json(
            """{"error":"Validation of body failed","issues":[{"message":"You do not have enough credits"}]}""", 400);

        await RunwayHarness.FailsAsync(ImageServiceFailure.Refused, runway.SubmitAsync);
    }

    [Fact]
    public async Task An_outage_is_one_line_of_each_kind_a_minute_with_a_count()
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Otherwise = Reply.Status(429);
        async Task FailAsync(int calls)
        {
            for (var call = 1; call <= calls; call++)
            {
                await RunwayHarness.FailsAsync(ImageServiceFailure.Unavailable, runway.SubmitAsync);
            }
        }

        await FailAsync(2);
        var first = runway.Logs.Lines.Count;
        runway.Time.Advance(FaultLog.Interval);
        await FailAsync(1);

        Assert.InRange(first, 2, 4);
        Assert.Contains(runway.Logs.Lines, line => line.Contains("(1 times since", StringComparison.Ordinal));
        Assert.Contains(runway.Logs.Lines.Skip(first), line => line.Contains("(6 times since", StringComparison.Ordinal));
    }

    public static TheoryData<HttpRequestError, bool> Errors()
    {
        var sure = new[]
        {
            HttpRequestError.NameResolutionError, HttpRequestError.ConnectionError,
            HttpRequestError.SecureConnectionError, HttpRequestError.ProxyTunnelError,
        };
        return [.. Enum.GetValues<HttpRequestError>().Select(error => (error, sure.Contains(error)))];
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public void Only_what_certainly_never_left_is_sent_again(HttpRequestError error, bool again) => Assert.Equal(
        again,
        CallOutcome.MayRetry(
            HttpMethod.Post, Outcome.FromException<HttpResponseMessage>(new HttpRequestException(error))));

    [Fact]
    public void A_timeout_of_an_attempt_is_not_certain_enough() => Assert.False(CallOutcome.MayRetry(
        HttpMethod.Post, Outcome.FromException<HttpResponseMessage>(new TimeoutRejectedException())));

    private static int UnusedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
