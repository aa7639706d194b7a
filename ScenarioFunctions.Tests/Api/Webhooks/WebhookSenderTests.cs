using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using ScenarioFunctions.Api.Webhooks;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Webhooks;
using ScenarioFunctions.Tests.Infrastructure;
using StandardWebhooks;

namespace ScenarioFunctions.Tests.Api.Webhooks;

/// <summary>Real requests on loopback.</summary>
public sealed class WebhookSenderTests
{
    private const string Secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
    private const string NextSecret = "whsec_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY=";
    private const string Body = """{"type":"task.completed","title":"Grüße 🌍"}""";

    private static readonly ServiceSettings Development = new() { WebhookSecret = Secret, AllowPrivateCallbacks = true };

    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 15, 9, 30, 0, TimeSpan.Zero));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_signed_with_each_secret_so_that_receivers_can_change_to_the_next()
    {
        await using var receiver = await ScriptedServer.StartAsync();
        receiver.Otherwise = Reply.Status(200);

        var outcome = await SendAsync(receiver.Url, Development with { WebhookSecret = $"{Secret}, {NextSecret}" });

        var request = Assert.Single(receiver.Requests);
        string[] expected = [new StandardWebhook(Secret).Sign("msg_1", time.GetUtcNow(), Body), new StandardWebhook(NextSecret).Sign("msg_1", time.GetUtcNow(), Body)];
        Assert.Equal(new WebhookOutcome(WebhookVerdict.Delivered), outcome);
        Assert.Equal(("POST", Body), (request.Method, request.Body));
        Assert.Equal("msg_1", request.Headers["webhook-id"]);
        Assert.Equal($"{time.GetUtcNow().ToUnixTimeSeconds()}", request.Headers["webhook-timestamp"]);
        Assert.Equal(string.Join(' ', expected), request.Headers["webhook-signature"]);
    }

    [Theory]
    [InlineData(200, WebhookVerdict.Delivered)]
    [InlineData(204, WebhookVerdict.Delivered)]
    [InlineData(299, WebhookVerdict.Delivered)]
    [InlineData(301, WebhookVerdict.Failed)]
    [InlineData(307, WebhookVerdict.Failed)]
    [InlineData(400, WebhookVerdict.Failed)]
    [InlineData(401, WebhookVerdict.Failed)]
    [InlineData(404, WebhookVerdict.Failed)]
    [InlineData(410, WebhookVerdict.Gone)]
    [InlineData(429, WebhookVerdict.Failed)]
    [InlineData(500, WebhookVerdict.Failed)]
    public async Task Only_a_2xx_is_taken_and_only_a_410_ends_it(int status, WebhookVerdict verdict)
    {
        await using var receiver = await ScriptedServer.StartAsync();
        receiver.Then(Reply.Status(status, ("Location", "/elsewhere")));

        var outcome = await SendAsync(receiver.Url);

        Assert.Equal(verdict, outcome.Verdict);
        Assert.Single(receiver.Requests);
        Assert.Equal(verdict != WebhookVerdict.Delivered, outcome.Error?.StartsWith($"HTTP {status}", StringComparison.Ordinal) ?? false);
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("Thu, 15 Jan 2026 10:30:00 GMT", 3600)]
    [InlineData("soon", null)]
    public async Task The_pause_that_the_receiver_asks_for_is_read_as_seconds_or_as_a_time(string header, int? seconds)
    {
        await using var receiver = await ScriptedServer.StartAsync();
        receiver.Then(Reply.Status(503, ("Retry-After", header)));

        var outcome = await SendAsync(receiver.Url);

        Assert.Equal(seconds, outcome.RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task An_answer_without_end_is_not_read()
    {
        await using var receiver = await ScriptedServer.StartAsync();
        var gone = new TaskCompletionSource();
        receiver.Then(async context =>
        {
            await using var left = context.RequestAborted.Register(gone.SetResult);
            await context.Response.WriteAsync("x");
            await context.Response.Body.FlushAsync();
            await gone.Task;
        });

        var outcome = await SendAsync(receiver.Url);

        Assert.Equal(WebhookVerdict.Delivered, outcome.Verdict);
        await gone.Task.WaitAsync(Stop); // the connection is closed, not drained
    }

    [Fact]
    public async Task Nobody_listens_there_is_a_fault_without_the_URL()
    {
        Uri url;
        await using (var receiver = await ScriptedServer.StartAsync())
        {
            url = receiver.Url;
        }

        var outcome = await SendAsync(new Uri(url, "/hook?key=secret"));

        Assert.Equal(WebhookVerdict.Failed, outcome.Verdict);
        Assert.DoesNotContain("secret", outcome.Error);
    }

    /// <summary>What a name leads to is looked up when it is connected to: this one leads to this machine, and looks public.</summary>
    [Fact]
    public async Task A_name_that_leads_to_a_private_address_is_not_connected_to()
    {
        await using var receiver = await ScriptedServer.StartAsync();
        using var http = new HttpClient(WebhookSender.NewHandler(new() { WebhookSecret = Secret }));

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => http.PostAsync($"http://localhost:{receiver.Url.Port}/", null, Stop));

        Assert.Contains("not on the public Internet", refused.InnerException!.Message);
        Assert.Empty(receiver.Requests);
    }

    [Theory]
    [InlineData("http://127.0.0.1/")]
    [InlineData("https://localhost/")]
    public async Task A_URL_that_was_taken_when_private_ones_were_allowed_is_not_called_any_more(string url)
    {
        var outcome = await SendAsync(new Uri(url), new() { WebhookSecret = Secret });

        Assert.Equal(WebhookVerdict.Failed, outcome.Verdict);
        Assert.StartsWith("The callback_url must", outcome.Error);
    }

    [Fact]
    public async Task Without_a_secret_nothing_is_sent()
    {
        await using var receiver = await ScriptedServer.StartAsync();

        var outcome = await SendAsync(receiver.Url, new() { AllowPrivateCallbacks = true });

        Assert.Equal("WEBHOOK_SECRET is not set", outcome.Error);
        Assert.Empty(receiver.Requests);
    }

    private async Task<WebhookOutcome> SendAsync(Uri url, ServiceSettings? settings = null)
    {
        settings ??= Development;
        using var http = new HttpClient(WebhookSender.NewHandler(settings));
        return await new WebhookSender(http, settings, time).SendAsync(url, "msg_1", Body, Stop);
    }
}
