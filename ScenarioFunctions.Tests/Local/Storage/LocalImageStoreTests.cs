using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Local.Storage;
using ScenarioFunctions.Tests.Engines;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Local.Storage;

public sealed class LocalImageStoreTests : ImageStoreContract, IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private readonly DataDirectory directory;
    private readonly LocalDatabase database;
    private readonly WebApplication server;
    private readonly HttpClient client = new();

    public LocalImageStoreTests()
    {
        directory = DataDirectory.Open(folder.File("data"));
        database = LocalDatabase.Open(directory.DatabasePath);
        Store = new LocalImageStore(directory, database);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(directory);
        server = builder.Build();
        server.MapLocalImages();
    }

    protected override IImageStore Store { get; }

    public async ValueTask InitializeAsync()
    {
        await server.StartAsync(Stop);
        client.BaseAddress = new Uri(server.Urls.First());
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await server.DisposeAsync();
        await database.DisposeAsync();
        directory.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData("../lock")]
    [InlineData("scenes/../../lock")]
    [InlineData("/etc/hostname")]
    [InlineData("scenes//a.png")]
    [InlineData("scenes/.hidden.png")]
    [InlineData("scenes\\a.png")]
    [InlineData("c:/a.png")]
    [InlineData("a\0.png")]
    [InlineData("")]
    public async Task A_path_that_leaves_the_folder_or_hides_is_refused(string path)
    {
        var fault = await Assert.ThrowsAsync<StorageException>(() => Store.StoreAsync(path, Bytes(1), "image/png", Stop));

        Assert.False(fault.IsTransient);
        await Assert.ThrowsAsync<StorageException>(() => Store.DeleteAsync(path, Stop));
    }

    [Theory]
    [InlineData("%2e%2e/lock")]
    [InlineData("..%2flock")]
    [InlineData("scenes/%2e%2e%2f%2e%2e%2flock")]
    [InlineData("%2fetc%2fhostname")]
    [InlineData("scenes")]
    [InlineData("scenes/none.png")]
    [InlineData("")]
    public async Task What_is_no_stored_image_is_not_found(string path)
    {
        await Store.StoreAsync(NewPath(), Bytes(1), "image/png", Stop);

        Assert.Equal(404, await RawGetAsync($"/storage/v1/object/public/generated-content/{path}"));
    }

    [Fact]
    public async Task Not_found_is_a_problem()
    {
        using var response = await client.GetAsync(ImagePath.Url("scenes/none.png"), Stop);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_browser_may_keep_an_image_for_good_and_must_not_guess_its_type()
    {
        using var response = await client.GetAsync(await StoreAsync(), Stop);

        Assert.Equal("public, max-age=31536000, immutable", response.Headers.GetValues("Cache-Control").Single());
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task An_image_that_the_browser_has_is_not_sent_again()
    {
        var url = await StoreAsync();
        using var first = await client.GetAsync(url, Stop);
        using var again = new HttpRequestMessage(HttpMethod.Get, url);
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using var response = await client.SendAsync(again, Stop);

        Assert.Equal(HttpStatusCode.NotModified, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Stop));
    }

    [Fact]
    public async Task HEAD_tells_length_and_type_without_the_bytes()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, await StoreAsync());
        using var response = await client.SendAsync(request, Stop);

        Assert.Equal(1000, response.Content.Headers.ContentLength);
        Assert.Equal("image/png", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_range_is_sent_alone()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, await StoreAsync());
        request.Headers.Range = new RangeHeaderValue(10, 19);
        using var response = await client.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal(10, (await response.Content.ReadAsByteArrayAsync(Stop)).Length);
    }

    [Fact]
    public async Task Something_other_than_an_image_is_sent_as_a_download()
    {
        var url = await Store.StoreAsync("scenes/page.html", Bytes(10), "text/html", Stop);

        Assert.Equal("application/octet-stream", (await GetAsync(url)).ContentType);
    }

    [Fact]
    public async Task A_name_with_blanks_and_signs_is_escaped_in_its_URL_and_found_there()
    {
        var url = await Store.StoreAsync("scenes/a b%2B#ż?.png", Bytes(10), "image/png", Stop);

        Assert.EndsWith("scenes/a%20b%252B%23%C5%BC%3F.png", url, StringComparison.Ordinal);
        Assert.Equal(10, (await GetAsync(url)).Content?.Length);
    }

    [Fact]
    public async Task A_file_where_a_folder_should_be_fails_the_image_alone()
    {
        await File.WriteAllTextAsync(Path.Combine(directory.ImagesPath, "scenes"), "", Stop);

        await Assert.ThrowsAsync<StorageException>(() => Store.StoreAsync(NewPath(), Bytes(1), "image/png", Stop));

        await Store.StoreAsync("elsewhere/a.png", Bytes(1), "image/png", Stop);
    }

    [Fact]
    public async Task A_process_whose_database_another_one_has_claimed_removes_no_image()
    {
        var path = NewPath();
        var url = await Store.StoreAsync(path, Bytes(1000), "image/png", Stop);
        await using var other = LocalDatabase.Open(directory.DatabasePath);

        var fault = await Assert.ThrowsAsync<StorageException>(() => Store.DeleteAsync(path, Stop));

        Assert.False(fault.IsTransient);
        Assert.NotNull((await GetAsync(url)).Content);
    }

    [Fact]
    public async Task Temporary_files_of_a_crash_go_and_images_stay_when_the_store_is_opened()
    {
        var url = await StoreAsync();
        var left = Path.Combine(directory.ImagesPath, "scenes", ".0123.tmp");
        await File.WriteAllTextAsync(left, "half", Stop);

        _ = new LocalImageStore(directory, database);

        Assert.False(File.Exists(left));
        Assert.NotNull((await GetAsync(url)).Content);
    }

    protected override async Task<(byte[]? Content, string? ContentType)> GetAsync(string url)
    {
        using var response = await client.GetAsync(url, Stop);
        return response.StatusCode == HttpStatusCode.NotFound
            ? (null, null)
            : (await response.Content.ReadAsByteArrayAsync(Stop), response.Content.Headers.ContentType?.ToString());
    }

    private Task<string> StoreAsync() => Store.StoreAsync(NewPath(), Bytes(1000), "image/png", Stop);

    /// <summary>The status of a GET without the tidying that HttpClient does to paths.</summary>
    private async Task<int> RawGetAsync(string target)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(client.BaseAddress!.Host, client.BaseAddress.Port, Stop);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), Stop);
        using var reader = new StreamReader(stream);
        return int.Parse((await reader.ReadLineAsync(Stop))!.Split(' ')[1]);
    }
}
