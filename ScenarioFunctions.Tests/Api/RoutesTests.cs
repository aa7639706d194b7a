using System.Net;
using Microsoft.Extensions.Configuration;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Tasks;
using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Api;

/// <summary>What holds for every route: HEAD, OPTIONS, wrong methods, and pages of other origins.</summary>
public sealed class RoutesTests
{
    private const string App = "https://app.example.com";
    private const string Tasks = "/scenario/save/tasks";

    [Theory]
    [InlineData("/health")]
    [InlineData("/openapi.json")]
    [InlineData(Tasks)]
    [InlineData($"{Tasks}/t1")]
    [InlineData("/credits/user_1")]
    [InlineData("/scenarios")]
    [InlineData("/studio/app.js")]
    [InlineData("/")]
    public async Task HEAD_answers_as_GET_does_without_a_body(string path)
    {
        await using var server = await ApiServer.StartAsync();
        server.Put("t1", TaskState.Running);
        using var client = new HttpClient { BaseAddress = server.Address };

        using var get = await client.GetAsync(path, TestContext.Current.CancellationToken);
        using var head = await SendAsync(client, "HEAD", path);

        Assert.Equal(HttpStatusCode.OK, get.StatusCode);
        Assert.Equal(get.StatusCode, head.StatusCode);
        Assert.Equal(get.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
        Assert.Equal(get.Headers.ETag, head.Headers.ETag);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task HEAD_of_the_events_does_not_wait_for_the_tasks_end()
    {
        await using var server = await ApiServer.StartAsync();
        server.Put("t1", TaskState.Running);
        using var client = new HttpClient { BaseAddress = server.Address };

        using var head = await SendAsync(client, "HEAD", $"{Tasks}/t1/events");

        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (head.StatusCode, head.Content.Headers.ContentType?.MediaType));
    }

    [Theory]
    [InlineData("/scenario/save", "POST, OPTIONS")]
    [InlineData(Tasks, "GET, HEAD, OPTIONS")]
    [InlineData($"{Tasks}/t1", "GET, HEAD, DELETE, OPTIONS")]
    [InlineData("/credits/user_1", "GET, HEAD, POST, OPTIONS")]
    [InlineData("/health", "GET, HEAD, OPTIONS")]
    [InlineData("/studio/app.js", "GET, HEAD, OPTIONS")]
    public async Task Each_path_says_which_methods_it_takes_and_refuses_the_others(string path, string allowed)
    {
        await using var server = await ApiServer.StartAsync(new() { ApiKey = "k" });
        using var client = new HttpClient { BaseAddress = server.Address };

        using var options = await SendAsync(client, "OPTIONS", path);
        using var wrong = await SendAsync(client, "PATCH", path);

        Assert.Equal((HttpStatusCode.NoContent, allowed), (options.StatusCode, string.Join(", ", options.Content.Headers.Allow)));
        Assert.Equal((HttpStatusCode.MethodNotAllowed, allowed), (wrong.StatusCode, string.Join(", ", wrong.Content.Headers.Allow)));
        Assert.Equal("application/problem+json", wrong.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("GET", "/nowhere")]
    [InlineData("OPTIONS", "/scenario")]
    [InlineData("POST", "/scenario/save/tasks/t1/more/of/it")]
    public async Task An_unknown_path_is_a_404_that_leads_to_the_contract(string method, string path)
    {
        await using var server = await ApiServer.StartAsync();
        using var client = new HttpClient { BaseAddress = server.Address };

        using var response = await SendAsync(client, method, path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("/openapi.json", (string?)(await response.JsonAsync())["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_of_an_allowed_origin_may_ask_and_read_what_it_needs()
    {
        await using var server = await ApiServer.StartAsync(new() { ApiKey = "k", CorsOrigins = [App, "http://localhost:3000"] });
        using var client = new HttpClient { BaseAddress = server.Address };

        using var preflight = await SendAsync(
            client, "OPTIONS", "/scenario/save", ("Origin", App), ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "authorization,content-type,idempotency-key"));
        using var refused = await SendAsync(client, "GET", Tasks, ("Origin", App));

        Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
        Assert.Equal(App, Header(preflight, "Access-Control-Allow-Origin"));
        Assert.Contains("POST", Header(preflight, "Access-Control-Allow-Methods"), StringComparison.Ordinal);
        Assert.Contains("Idempotency-Key", Header(preflight, "Access-Control-Allow-Headers"), StringComparison.OrdinalIgnoreCase);
        Assert.Equal("7200", Header(preflight, "Access-Control-Max-Age"));
        Assert.Equal((HttpStatusCode.Unauthorized, App), (refused.StatusCode, Header(refused, "Access-Control-Allow-Origin")));
        Assert.Equal("ETag,Retry-After,Location", Header(refused, "Access-Control-Expose-Headers"));
        Assert.Contains("Origin", refused.Headers.Vary);
        Assert.Null(Header(refused, "Access-Control-Allow-Credentials"));
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("https://app.example.com.evil.example")]
    [InlineData("http://app.example.com")]
    [InlineData("null")]
    public async Task Pages_of_other_origins_may_not(string origin)
    {
        await using var server = await ApiServer.StartAsync(new() { CorsOrigins = [App] });
        using var client = new HttpClient { BaseAddress = server.Address };

        using var preflight = await SendAsync(client, "OPTIONS", Tasks, ("Origin", origin), ("Access-Control-Request-Method", "GET"));
        using var read = await SendAsync(client, "GET", Tasks, ("Origin", origin));

        Assert.Null(Header(preflight, "Access-Control-Allow-Origin"));
        Assert.Null(Header(read, "Access-Control-Allow-Origin"));
        Assert.Contains("Origin", read.Headers.Vary);
    }

    [Theory]
    [InlineData("https://app.example.com/, http://localhost:3000", "https://app.example.com http://localhost:3000", false)]
    [InlineData("HTTPS://App.Example.com:443", "https://app.example.com", false)]
    [InlineData("*", "", true)]
    [InlineData("https://*.example.com", "", true)]
    [InlineData("https://app.example.com/path", "", true)]
    [InlineData("app.example.com", "", true)]
    public void Origins_are_exact(string setting, string expected, bool isFaulty)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("CORS_ORIGINS", setting)]).Build();
        var reader = new SettingsReader(configuration);

        Assert.Equal(expected, string.Join(' ', reader.Origins("CORS_ORIGINS")));
        var faults = Record.Exception(reader.ThrowIfFaulty) as SettingsException;
        Assert.Equal(isFaulty, faults is not null);
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient client, string method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
