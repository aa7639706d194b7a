using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Api;

public sealed class BadBodyTests
{
    private const int MiB = 1024 * 1024;

    [Theory]
    [InlineData("", "is empty")]
    [InlineData(" \r\n", "is empty")]
    [InlineData("hello", "line 1, column 1")]
    [InlineData("{\"short_id\":\"a\",\n \"user_id\":", "line 2, column 12")]
    [InlineData("{} {}", "line 1, column 4")]
    [InlineData("{\"a\":1,,}", "line 1, column 8")]
    [InlineData("{\"a\":NaN}", "line 1, column 6")]
    [InlineData("{\"ä\":\"😀\",b}", "line 1, column 11")]
    public async Task What_is_not_json_is_refused_with_the_place(string body, string place)
    {
        await using var server = await ApiServer.StartAsync();
        var response = await server.PostAsync(body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(place, (await response.ErrorsAsync())["$"].Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invalid_utf8_is_refused_with_the_place()
    {
        await using var server = await ApiServer.StartAsync();
        var response = await server.PostAsync([.. "{\"title\":\""u8, 0xC3, 0x28, .. "\"}"u8], "application/json");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(["is not UTF-8 at byte 11"], (await response.ErrorsAsync())["$"]);
    }

    [Theory]
    [InlineData(30, true)]
    [InlineData(31, false)]
    public async Task Nesting_ends_at_32_levels_in_an_object_and_in_a_string_alike(int levels, bool accepted)
    {
        await using var server = await ApiServer.StartAsync();
        var deep = $$"""{"title":"T","scenes":[{}],"deep":{{new string('[', levels)}}{{new string(']', levels)}}}""";
        foreach (var scenario in new[] { deep, JsonSerializer.Serialize(deep) })
        {
            var response = await server.PostAsync(Posts.Save(scenario));
            Assert.Equal(accepted ? HttpStatusCode.Accepted : HttpStatusCode.BadRequest, response.StatusCode);
            if (!accepted)
            {
                var path = "$.scenario.deep" + string.Concat(Enumerable.Repeat("[0]", 30));
                Assert.Equal(["is nested more than 32 levels deep"], (await response.ErrorsAsync())[path]);
            }
        }
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "1}")]
    public async Task Nesting_that_is_deeper_than_is_read_is_refused_with_its_place(string open, string close)
    {
        await using var server = await ApiServer.StartAsync();
        var deep = string.Concat(Enumerable.Repeat(open, 60_000)) + close;
        var response = await server.PostAsync(Posts.Save(deep));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("it is nested more than 64 levels deep; at most 32 are accepted", (await response.ErrorsAsync())["$"].Single(), StringComparison.Ordinal);
    }

    /// <summary>White space that a pattern tries to share out in every possible way takes hours.</summary>
    [Theory]
    [InlineData("{\"title\":\"T\",\"scenes\":[{\"duration\":\"8~x\"}]}", "$.scenario.scenes[0].duration")]
    [InlineData("\"see ``` ~\"", "$.scenario")]
    public async Task Half_a_million_spaces_are_read_as_fast_as_anything_else(string scenario, string path)
    {
        await using var server = await ApiServer.StartAsync();
        var response = await server.PostAsync(Posts.Save(scenario.Replace("~", new string(' ', 500_000), StringComparison.Ordinal)))
            .WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.Contains(path, await response.ErrorsAsync());
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/jsonp")]
    public async Task Another_content_type_is_refused(string contentType)
    {
        await using var server = await ApiServer.StartAsync();
        var response = await server.PostAsync(Encoding.UTF8.GetBytes(Posts.Save()), contentType);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact]
    public async Task No_content_type_and_a_compressed_body_are_refused()
    {
        await using var server = await ApiServer.StartAsync();
        var untyped = await server.Client.PostAsync(
            "/scenario/save", new ByteArrayContent("{}"u8.ToArray()), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, untyped.StatusCode);
        var zipped = new StringContent("{}", Encoding.UTF8, "application/json") { Headers = { { "Content-Encoding", "gzip" } } };
        var answer = await server.Client.PostAsync("/scenario/save", zipped, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
    }

    [Theory]
    [InlineData(MiB, HttpStatusCode.Accepted)]
    [InlineData(MiB + 1, HttpStatusCode.RequestEntityTooLarge)]
    public async Task A_body_of_one_mebibyte_is_the_largest(int size, HttpStatusCode expected)
    {
        await using var server = await ApiServer.StartAsync();
        var body = Encoding.UTF8.GetBytes(Posts.Save().PadRight(size));
        Assert.Equal(expected, (await server.PostAsync(body, "application/json")).StatusCode);
        var request = new HttpRequestMessage(HttpMethod.Post, "/scenario/save")
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } },
            Headers = { TransferEncodingChunked = true },
        };
        var chunked = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(expected, chunked.StatusCode);
    }

    [Theory]
    [InlineData("Content-Length: 2097152\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n")]
    public async Task A_client_that_sends_two_mebibytes_before_it_reads_gets_413_and_no_reset(string length)
    {
        await using var server = await ApiServer.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(server.Address.Host, server.Address.Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        var chunked = length.Contains("chunked", StringComparison.Ordinal);
        var head = $"POST /scenario/save HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n{length}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(chunked ? head + "200000\r\n" : head), TestContext.Current.CancellationToken);
        await stream.WriteAsync(new byte[2 * MiB], TestContext.Current.CancellationToken);
        await stream.WriteAsync(chunked ? "\r\n0\r\n\r\n"u8.ToArray() : [], TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        Assert.StartsWith("HTTP/1.1 413 ", await reader.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "$", "must be an object, not an array")]
    [InlineData("{\"short_id\":\"a\",\"user_id\":\"b\"}", "$.scenario", "is required: an object, or a string that holds one as JSON")]
    [InlineData("{\"short_id\":\"a\",\"user_id\":\"b\",\"scenario\":7}", "$.scenario", "must be an object, not a number")]
    [InlineData("{\"short_id\":\"a\",\"user_id\":\"b\",\"scenario\":\"[1]\"}", "$.scenario", "must be an object, not an array")]
    [InlineData("{\"short_id\":\"a\",\"user_id\":\"b\",\"scenario\":\"{\\\"a\\\":\"}", "$.scenario", "is not valid JSON at line 1, column 6: ")]
    [InlineData("{\"short_id\":\"a\",\"user_id\":\"b\",\"scenario\":\"\\ud800\"}", "$.scenario", "holds one half of a surrogate pair without the other")]
    public async Task A_request_without_a_scenario_says_so(string body, string path, string fault)
    {
        await using var server = await ApiServer.StartAsync();
        var response = await server.PostAsync(body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.StartsWith(fault, (await response.ErrorsAsync())[path].Single(), StringComparison.Ordinal);
        Assert.Empty(server.Engine.Started);
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"a b\"")]
    [InlineData("\"é\"")]
    [InlineData("\"a/b\"")]
    [InlineData("\".\"")]
    [InlineData("\"..\"")]
    [InlineData("\"a\\n\"")]
    [InlineData("12")]
    [InlineData("null")]
    [InlineData("[\"a\"]")]
    public async Task An_id_of_other_characters_or_another_type_is_refused(string id)
    {
        await using var server = await ApiServer.StartAsync();
        var response = await server.PostAsync($$"""{"short_id":{{id}},"user_id":{{id}},"scenario":{{Posts.Scenario}}}""");
        Assert.Equal(["$.short_id", "$.user_id"], (await response.ErrorsAsync()).Keys.Order());
    }

    [Theory]
    [InlineData(128, HttpStatusCode.Accepted)]
    [InlineData(129, HttpStatusCode.BadRequest)]
    public async Task An_id_has_at_most_128_characters(int length, HttpStatusCode expected)
    {
        await using var server = await ApiServer.StartAsync();
        var id = "aZ09_-.:".PadRight(length, 'x');
        Assert.Equal(expected, (await server.PostAsync(Posts.Save(shortId: id, userId: id))).StatusCode);
    }

    [Theory]
    [InlineData("...")]
    [InlineData(".a")]
    public async Task An_id_may_begin_with_dots_when_it_is_not_one_or_two_of_them_alone(string id)
    {
        await using var server = await ApiServer.StartAsync();
        Assert.Equal(HttpStatusCode.Accepted, (await server.PostAsync(Posts.Save(shortId: id, userId: id))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync($"/credits/{id}")).StatusCode);
    }

    [Fact]
    public async Task A_body_of_faults_only_gets_a_small_answer()
    {
        await using var server = await ApiServer.StartAsync();
        var name = new string('n', 1000);
        var duplicates = string.Join(',', Enumerable.Repeat($"\"{name}\":\"\\u0000\"", 900));
        var response = await server.PostAsync($"{{{duplicates}}}");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.True(response.Content.Headers.ContentLength < MiB);
    }
}
