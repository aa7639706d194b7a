using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace ScenarioFunctions.Tests.Api.Studio;

public sealed class StudioFilesTests(StudioServer server) : IClassFixture<StudioServer>
{
    [Theory]
    [InlineData("/", "text/html; charset=utf-8")]
    [InlineData("/studio", "text/html; charset=utf-8")]
    [InlineData("/studio/", "text/html; charset=utf-8")]
    [InlineData("/studio/app.js", "text/javascript; charset=utf-8")]
    [InlineData("/studio/studio.css", "text/css; charset=utf-8")]
    [InlineData("/studio/icon.svg", "image/svg+xml")]
    [InlineData("/studio/samples/index.json", "application/json")]
    public async Task Each_kind_of_file_is_served_with_its_type_and_a_strict_policy(string path, string type)
    {
        using var response = await GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType?.ToString());
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", Header(response, "Content-Security-Policy"));
        Assert.DoesNotContain("unsafe", Header(response, "Content-Security-Policy"));
        Assert.Equal("nosniff", Header(response, "X-Content-Type-Options"));
        Assert.Equal("no-referrer", Header(response, "Referrer-Policy"));
        Assert.Equal("no-cache", Header(response, "Cache-Control"));
    }

    [Theory]
    [InlineData("/studio/no-such.js")]
    [InlineData("/studio/INDEX.HTML")]
    [InlineData("/studio/samples%2f..%2fapp.js")]
    [InlineData("/studio/%2e%2e%2fScenarioFunctions.Core.dll")]
    public async Task A_file_that_the_studio_has_not_is_not_found(string path)
    {
        using var response = await GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    [InlineData("identity")]
    public async Task A_file_that_the_browser_has_already_is_not_sent_again(string encoding)
    {
        using var first = await GetAsync("/studio/app.js", encoding);
        using var again = await GetAsync("/studio/app.js", encoding, first.Headers.ETag);

        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Equal(first.Headers.ETag, again.Headers.ETag);
        Assert.Empty(await again.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_older_version_is_replaced()
    {
        using var response = await GetAsync("/studio/app.js", "br", new EntityTagHeaderValue("\"older\""));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Compressed_files_are_smaller_say_the_same_and_have_tags_of_their_own()
    {
        using var plain = await GetAsync("/studio/app.js", "identity");
        using var brotli = await GetAsync("/studio/app.js", "gzip, br");
        using var gzip = await GetAsync("/studio/app.js", "gzip, br;q=0");
        var expected = await plain.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["br"], brotli.Content.Headers.ContentEncoding);
        Assert.Equal(["gzip"], gzip.Content.Headers.ContentEncoding);
        Assert.Equal(expected, await UnpackAsync(brotli, stream => new BrotliStream(stream, CompressionMode.Decompress)));
        Assert.Equal(expected, await UnpackAsync(gzip, stream => new GZipStream(stream, CompressionMode.Decompress)));
        Assert.True(brotli.Content.Headers.ContentLength < expected.Length / 2);
        Assert.Equal(3, new[] { plain, brotli, gzip }.Select(response => response.Headers.ETag).Distinct().Count());
        Assert.All([plain, brotli, gzip], response => Assert.Equal(["Accept-Encoding"], response.Headers.Vary));
    }

    [Fact]
    public async Task Asking_for_the_head_only_tells_the_length_and_sends_nothing()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, "/studio/app.js");
        using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(response.Content.Headers.ContentLength > 0);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Every_sample_of_the_list_is_there_with_as_many_scenes_as_the_list_says()
    {
        using var list = JsonDocument.Parse(await TextAsync("/studio/samples/index.json"));

        var sizes = list.RootElement.EnumerateArray().Select(sample => sample.GetProperty("scenes").GetInt32()).ToList();
        Assert.Equal(sizes.Order(), sizes);
        foreach (var sample in list.RootElement.EnumerateArray())
        {
            using var scenario = JsonDocument.Parse(await TextAsync($"/studio/samples/{sample.GetProperty("file")}"));
            Assert.Equal(sample.GetProperty("title").GetString(), scenario.RootElement.GetProperty("title").GetString());
            Assert.Equal(sample.GetProperty("scenes").GetInt32(), scenario.RootElement.GetProperty("scenes").GetArrayLength());
        }
    }

    private static string Header(HttpResponseMessage response, string name) =>
        Assert.Single(response.Headers.GetValues(name));

    private static async Task<byte[]> UnpackAsync(HttpResponseMessage response, Func<Stream, Stream> unpacker)
    {
        await using var stream = unpacker(await response.Content.ReadAsStreamAsync());
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private Task<string> TextAsync(string path) => server.Client.GetStringAsync(path, TestContext.Current.CancellationToken);

    private async Task<HttpResponseMessage> GetAsync(string path, string encoding = "identity", EntityTagHeaderValue? known = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.AcceptEncoding.ParseAdd(encoding);
        if (known is not null)
        {
            request.Headers.IfNoneMatch.Add(known);
        }

        return await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
