using System.Net;
using System.Text;
using ScenarioFunctions.Tests.Engines;
using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Azure.WorkerHost;

/// <summary>
/// The HTTP contract as clients meet it, through the host and the worker's own server. That each answer fits
/// <c>openapi.json</c> is checked on all of them: <see cref="ContractHandler"/>.
/// </summary>
public sealed class ContractTests(SharedService shared) : IClassFixture<SharedService>
{
    private const string Tasks = "/scenario/save/tasks";
    private const int MiB = 1024 * 1024;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_task_is_found_where_the_answer_says_and_among_the_newest()
    {
        var service = await shared.StartedAsync();

        using var response = await service.PostAsync(Posts.Save());
        var accepted = await response.JsonAsync();

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(new Uri(service.Host.Address, $"{Tasks}/{accepted["task_id"]}"), response.Headers.Location);
        Assert.Equal($"{response.Headers.Location}", (string?)accepted["status_url"]);
        await service.EndAsync((string)accepted["task_id"]!);
        var newest = await (await service.Client.GetAsync($"{Tasks}?limit=1", Stop)).JsonAsync();
        Assert.Equal($"{accepted["task_id"]}", (string?)newest["tasks"]![0]!["task_id"]);
    }

    [Fact]
    public async Task A_client_of_the_service_before_this_one_works_unchanged()
    {
        var service = await shared.StartedAsync();
        var user = $"{Guid.NewGuid()}";
        await service.GrantAsync(user, 100);

        await new OriginalClient(service.Client).RunAsync(user);
    }

    [Fact]
    public async Task A_task_is_followed_by_events_through_the_platforms_proxy()
    {
        var service = await shared.StartedAsync();
        using var response = await service.PostAsync(Posts.Save());
        var follow = new Uri((string)(await response.JsonAsync())["follow_url"]!);

        using var http = new HttpClient();
        await using var reader = await EventReader.OpenAsync(http, follow);
        var events = await reader.RestAsync();

        Assert.Equal(("ended", "completed"), (events[^1].Type, (string?)events[^1].Data["status"]));
        Assert.Contains(events, one => one.Type == "progress");
    }

    [Theory]
    [InlineData("POST", "/scenario/save")]
    [InlineData("GET", Tasks)]
    [InlineData("GET", $"{Tasks}/t1")]
    [InlineData("DELETE", $"{Tasks}/t1")]
    [InlineData("GET", "/credits/user_1")]
    public async Task Without_its_key_the_service_tells_nothing(string method, string path)
    {
        var service = await shared.StartedAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Headers = { Authorization = new("Bearer", "wrong") } };
        using var response = await service.Client.SendAsync(request, Stop);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer", Assert.Single(response.Headers.WwwAuthenticate).Scheme);
    }

    [Theory]
    [InlineData("GET", $"{Tasks}/00000000-0000-7000-8000-000000000000")]
    [InlineData("DELETE", $"{Tasks}/00000000-0000-7000-8000-000000000000")]
    public async Task An_unknown_task_is_a_404_with_a_problem(string method, string path)
    {
        var service = await shared.StartedAsync();
        using var response = await service.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), Stop);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task A_completed_task_cannot_be_cancelled()
    {
        var service = await shared.StartedAsync();
        var id = await service.SaveAsync("""{"title": "T", "scenes": [{}]}""", "user_1");
        await service.CompleteAsync(id);
        using var response = await service.Client.DeleteAsync($"{Tasks}/{id}", Stop);
        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
    }

    [Fact]
    public async Task Every_fault_of_a_body_is_named()
    {
        var service = await shared.StartedAsync();
        using var response = await service.PostAsync("""{"short_id": "", "scenario": {"scenes": [{"duration": -1}]}}""");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var errors = await response.ErrorsAsync();
        Assert.All(["$.short_id", "$.user_id", "$.scenario.scenes[0].duration"], path => Assert.Contains(path, errors.Keys));
    }

    [Theory]
    [InlineData(MiB, false, HttpStatusCode.Accepted)]
    [InlineData(MiB + 1, false, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(MiB + 1, true, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(31 * MiB, false, HttpStatusCode.RequestEntityTooLarge)]
    public async Task A_body_of_one_mebibyte_is_the_largest(int size, bool chunked, HttpStatusCode expected)
    {
        var service = await shared.StartedAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/scenario/save")
        {
            Content = Json(Encoding.UTF8.GetBytes(Posts.Save().PadRight(size))),
            Headers = { TransferEncodingChunked = chunked },
        };
        using var response = await service.Client.SendAsync(request, Stop);
        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task Another_content_type_is_refused()
    {
        var service = await shared.StartedAsync();
        using var response = await service.PostAsync(new StringContent(Posts.Save(), Encoding.UTF8, "text/plain"));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact]
    public async Task A_key_starts_one_task_and_refuses_another_body()
    {
        var service = await shared.StartedAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => service.PostAsync(Posts.Save(), "order-1")));
        using var other = await service.PostAsync(Posts.Save(shortId: "short_2"), "order-1");

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode));
        Assert.Single((await Task.WhenAll(answers.Select(answer => answer.JsonAsync()))).Select(task => $"{task["task_id"]}").Distinct());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
    }

    [Fact]
    public async Task A_task_that_has_not_changed_is_a_304()
    {
        var service = await shared.StartedAsync();
        var path = $"{Tasks}/{await service.SaveAsync("""{"title": "T", "scenes": [{}]}""", "user_1")}";
        await service.CompleteAsync(path.Split('/')[^1]);
        using var first = await service.Client.GetAsync(path, Stop);
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
        using var second = await service.Client.SendAsync(request, Stop);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotModified), (first.StatusCode, second.StatusCode));
    }

    [Fact]
    public async Task Credits_are_those_of_the_database()
    {
        var service = await shared.StartedAsync();
        await service.GrantAsync("user:1", 42);
        using var response = await service.Client.GetAsync("/credits/user:1", Stop);
        var credits = await response.JsonAsync();
        Assert.True((int?)credits["balance"] == 42, credits.ToJsonString());
    }

    [Theory]
    [InlineData("GET", "/health", "application/json")]
    [InlineData("GET", "/openapi.json", "application/json")]
    [InlineData("GET", "/studio/", "text/html")]
    [InlineData("HEAD", "/studio/app.js", "text/javascript")]
    public async Task Health_the_contract_and_the_studio_need_no_key(string method, string path, string type)
    {
        using var response = await AnyoneAsync(method, path);
        Assert.Equal((HttpStatusCode.OK, type), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
    }

    [Theory]
    [InlineData("GET", "/nowhere", HttpStatusCode.NotFound, null)]
    [InlineData("PUT", "/scenario/save", HttpStatusCode.MethodNotAllowed, "POST,OPTIONS")]
    [InlineData("DELETE", "/health", HttpStatusCode.MethodNotAllowed, "GET,HEAD,OPTIONS")]
    [InlineData("OPTIONS", "/scenario/save/tasks/t1", HttpStatusCode.NoContent, "GET,HEAD,DELETE,OPTIONS")]
    [InlineData("HEAD", "/health", HttpStatusCode.OK, null)]
    [InlineData("HEAD", "/openapi.json", HttpStatusCode.OK, null)]
    [InlineData("HEAD", "/scenario/save/tasks/t1", HttpStatusCode.Unauthorized, null)]
    [InlineData("GET", "/", HttpStatusCode.OK, null)]
    public async Task What_no_function_serves_is_answered_as_the_embedded_host_does(
        string method, string path, HttpStatusCode status, string? allowed)
    {
        using var response = await AnyoneAsync(method, path);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(allowed, response.Content.Headers.Allow.Count == 0 ? null : string.Join(',', response.Content.Headers.Allow));
        if ((int)status >= 400 && method != "HEAD")
        {
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            Assert.Equal(path, (string?)(await response.JsonAsync())["instance"]);
        }
    }

    private static ByteArrayContent Json(byte[] body) => new(body) { Headers = { ContentType = new("application/json") } };

    private async Task<HttpResponseMessage> AnyoneAsync(string method, string path)
    {
        var service = await shared.StartedAsync();
        using var client = new HttpClient { BaseAddress = service.Host.Address };
        return await client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), Stop);
    }
}
