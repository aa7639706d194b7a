using System.Net;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Api.Access;

public sealed class ApiKeyTests
{
    [Theory]
    [InlineData("Bearer sk-right", HttpStatusCode.OK, null)]
    [InlineData("bearer  sk-right ", HttpStatusCode.OK, null)]
    [InlineData(null, HttpStatusCode.Unauthorized, "Bearer")]
    [InlineData("Bearer sk-wrong", HttpStatusCode.Unauthorized, "Bearer error=\"invalid_token\"")]
    [InlineData("Bearer sk-right-and-more", HttpStatusCode.Unauthorized, "Bearer error=\"invalid_token\"")]
    [InlineData("Bearer ", HttpStatusCode.Unauthorized, "Bearer error=\"invalid_token\"")]
    [InlineData("Basic sk-right", HttpStatusCode.Unauthorized, "Bearer error=\"invalid_token\"")]
    [InlineData("sk-right", HttpStatusCode.Unauthorized, "Bearer error=\"invalid_token\"")]
    public async Task Only_the_right_key_opens(string? header, HttpStatusCode expected, string? challenge)
    {
        await using var server = await ApiServer.StartAsync(new() { ApiKey = "sk-right" });
        var request = new HttpRequestMessage(HttpMethod.Get, "/scenario/save/tasks");
        request.Headers.TryAddWithoutValidation("Authorization", header);
        var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(challenge, response.Headers.WwwAuthenticate.SingleOrDefault()?.ToString());
    }

    [Fact]
    public async Task Every_route_but_health_and_openapi_asks_for_it_before_it_does_anything()
    {
        await using var server = await ApiServer.StartAsync(new() { ApiKey = "sk-right" });
        server.Put("t1", TaskState.Running);
        HttpResponseMessage[] closed =
        [
            await server.PostAsync(Posts.Save()),
            await server.PostAsync("not json"),
            await server.GetAsync("/scenario/save/tasks"),
            await server.GetAsync("/scenario/save/tasks/t1"),
            await server.DeleteAsync("/scenario/save/tasks/t1"),
            await server.GetAsync("/credits/user_1"),
            await server.PostAsync("""{"grant":1}""", path: "/credits/user_1"),
        ];
        Assert.All(closed, response => Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode));
        Assert.Empty(server.Engine.Started);
        Assert.Equal(TaskState.Running, (await server.Engine.FindAsync("t1", TestContext.Current.CancellationToken))!.State);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/health")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/openapi.json")).StatusCode);
    }

    [Fact]
    public async Task While_callers_change_to_a_new_key_both_are_right()
    {
        await using var server = await ApiServer.StartAsync(new() { ApiKey = "sk-new, sk-old" });

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(server, "sk-new")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(server, "sk-old")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(server, "sk-new, sk-old")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(server, "")).StatusCode);
    }

    [Fact]
    public async Task A_refusal_is_logged_without_the_key()
    {
        await using var server = await ApiServer.StartAsync(new() { ApiKey = "sk-right" });

        await SendAsync(server, "sk-wrong");

        var (level, line) = Assert.Single(server.Log.Lines);
        Assert.Equal(LogLevel.Warning, level);
        Assert.Equal("Refused GET /scenario/save/tasks from 127.0.0.1: the API key or token is wrong", line);
    }

    /// <summary>Twenty are told that the key is wrong, then one a second.</summary>
    [Fact]
    public async Task Guessing_is_slowed_down_and_the_owner_is_not()
    {
        await using var server = await ApiServer.StartAsync(new() { ApiKey = "sk-right" });

        var guesses = await Task.WhenAll(Enumerable.Range(0, 100).Select(guess => SendAsync(server, $"sk-{guess}")));

        var slowedDown = guesses.Where(response => response.StatusCode == HttpStatusCode.TooManyRequests).ToList();
        Assert.NotEmpty(slowedDown);
        Assert.All(slowedDown, response => Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(server, "sk-right")).StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Behind_Azure_a_callers_address_is_the_last_that_was_forwarded(bool isBehindAzure)
    {
        await using var server = await ApiServer.StartAsync(new() { ApiKey = "sk-right", IsBehindAzure = isBehindAzure });

        await Task.WhenAll(Enumerable.Range(0, 60).Select(guess => SendAsync(server, $"sk-{guess}", $"10.0.0.{guess}, 203.0.113.7:4711")));
        var other = await SendAsync(server, "sk-wrong", "203.0.113.7, [2001:db8::1]:80");

        Assert.Equal(isBehindAzure ? HttpStatusCode.Unauthorized : HttpStatusCode.TooManyRequests, other.StatusCode);
        Assert.Equal(isBehindAzure, server.Log.Lines.Any(line => line.Item2.Contains("from 203.0.113.7:", StringComparison.Ordinal)));
    }

    private static async Task<HttpResponseMessage> SendAsync(ApiServer server, string key, string? forwardedFor = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/scenario/save/tasks");
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", forwardedFor);
        request.Headers.Authorization = new("Bearer", key);
        return await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
