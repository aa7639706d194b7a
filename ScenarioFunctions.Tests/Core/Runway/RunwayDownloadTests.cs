using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Storage;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Core.Runway;

public sealed class RunwayDownloadTests
{
    private static readonly RequestDelegate Png = Reply.Bytes(Images.Png, "image/png");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("png", "image/png")]
    [InlineData("jpg", "image/jpeg")]
    [InlineData("webp", "image/webp")]
    [InlineData("gif", "image/gif")]
    public async Task An_image_is_what_its_first_bytes_say(string extension, string contentType)
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Then(Reply.Bytes(Images.Named(extension), "image/x-anything"));

        using (var image = await runway.DownloadAsync())
        {
            Assert.Equal((extension, contentType), (image.Extension, image.ContentType));
            Assert.Equal(Images.Named(extension), await File.ReadAllBytesAsync(image.File.Path, Token));
        }

        Assert.Empty(runway.StagedFiles);
    }

    [Theory]
    [InlineData("application/octet-stream")]
    [InlineData("binary/octet-stream")]
    [InlineData("")]
    public async Task An_image_that_is_called_octets_or_nothing_is_what_its_bytes_say(string contentType)
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Then(Reply.Bytes(Images.Png, contentType), Reply.Bytes(Images.Svg, contentType));

        Assert.Equal("image/png", (await runway.DownloadAsync()).ContentType);
        await RunwayHarness.FailsAsync(ImageServiceFailure.BadOutput, runway.DownloadAsync);
    }

    [Theory]
    [InlineData("png", true)]
    [InlineData("jpg", true)]
    [InlineData("webp", true)]
    [InlineData("gif", true)]
    [InlineData("png", false)]
    public async Task An_image_without_its_end_is_asked_for_again_and_is_no_image_when_it_stays_so(string name, bool chunked)
    {
        await using var runway = await RunwayHarness.StartAsync();
        var whole = Images.Named(name);
        var cut = Reply.Bytes(whole[..^1], "image/x-anything", chunked);
        runway.Server.Then(cut, cut, Reply.Bytes(whole, "image/x-anything"));

        using (var image = await runway.DownloadAsync())
        {
            Assert.Equal(whole, await File.ReadAllBytesAsync(image.File.Path, Token));
        }

        runway.Server.Otherwise = cut;
        await RunwayHarness.FailsAsync(ImageServiceFailure.BadOutput, runway.DownloadAsync);
        Assert.Equal(3 + 4, runway.Server.Requests.Count);
        Assert.Empty(runway.StagedFiles);
    }

    [Fact]
    public async Task An_image_that_is_cut_off_after_other_disturbances_may_still_come()
    {
        await using var runway = await RunwayHarness.StartAsync();
        var cut = Reply.Bytes(Images.Png[..^1], "image/png");
        runway.Server.Then(Reply.Status(503), Reply.Status(503), Reply.Status(503), cut);

        await RunwayHarness.FailsAsync(ImageServiceFailure.Unavailable, runway.DownloadAsync);
    }

    [Fact]
    public async Task A_header_of_a_huge_picture_is_refused_at_once()
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Then(Reply.Bytes(Images.Png.With(16, 0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60), "image/png"));

        await RunwayHarness.FailsAsync(ImageServiceFailure.BadOutput, runway.DownloadAsync);

        Assert.Single(runway.Server.Requests);
        Assert.Empty(runway.StagedFiles);
    }

    [Fact]
    public async Task A_full_disk_is_a_fault_of_storage_that_may_pass()
    {
        await using var runway = await RunwayHarness.StartAsync(configure: services =>
            services.AddSingleton(new ImageStaging(Path.GetTempPath() + "none", FullDisk)));
        runway.Server.Then(Png);

        var fault = await Assert.ThrowsAsync<StorageException>(runway.DownloadAsync);

        Assert.True(fault.IsTransient);
        Assert.Contains("No space left on device", fault.Message, StringComparison.Ordinal);
        Assert.Single(runway.Server.Requests);
    }

    [Fact]
    public async Task The_key_is_not_sent_to_where_outputs_are()
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Then(Png);

        await runway.DownloadAsync();

        Assert.DoesNotContain("Authorization", Assert.Single(runway.Server.Requests).Headers.Keys);
    }

    [Theory]
    [InlineData("svg", "image/svg+xml")]
    [InlineData("png", "text/html")]
    [InlineData("svg", "application/octet-stream")]
    public async Task What_is_no_image_by_type_or_content_is_refused(string content, string contentType)
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Then(Reply.Bytes(Images.Named(content), contentType));

        await RunwayHarness.FailsAsync(ImageServiceFailure.BadOutput, runway.DownloadAsync);

        Assert.Single(runway.Server.Requests);
    }

    [Theory]
    [InlineData(0, false, true)]
    [InlineData(0, true, true)]
    [InlineData(1, false, false)]
    [InlineData(1, true, false)]
    public async Task An_image_may_have_25_MiB_and_no_byte_more(int excess, bool chunked, bool accepted)
    {
        await using var runway = await RunwayHarness.StartAsync();
        var content = new byte[ImageDownloader.MaxBytes + excess];
        Images.Png.CopyTo(content, 0);
        runway.Server.Otherwise = Reply.Bytes(content, "image/png", chunked);

        if (accepted)
        {
            using var image = await runway.DownloadAsync();
            Assert.Equal(content.Length, new FileInfo(image.File.Path).Length);
        }
        else
        {
            await RunwayHarness.FailsAsync(ImageServiceFailure.BadOutput, runway.DownloadAsync);
        }

        Assert.Single(runway.Server.Requests);
    }

    [Theory]
    [InlineData(403, ImageServiceFailure.NotFound)]
    [InlineData(404, ImageServiceFailure.NotFound)]
    [InlineData(410, ImageServiceFailure.NotFound)]
    [InlineData(400, ImageServiceFailure.BadOutput)]
    [InlineData(204, ImageServiceFailure.BadOutput)]
    [InlineData(304, ImageServiceFailure.BadOutput)]
    public async Task A_final_answer_is_asked_for_once(int status, ImageServiceFailure failure)
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Otherwise = Reply.Status(status);

        await RunwayHarness.FailsAsync(failure, runway.DownloadAsync);

        Assert.Single(runway.Server.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_download_that_is_disturbed_is_repeated(bool chunked)
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Then(Reply.Status(503), Reply.CutInBody("image/png", chunked), Reply.Status(500), Png);

        using var image = await runway.DownloadAsync();

        Assert.Equal(Images.Png, await File.ReadAllBytesAsync(image.File.Path, Token));
    }

    [Fact]
    public async Task A_download_that_stays_disturbed_counts_as_unavailable()
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Otherwise = Reply.CutInBody("image/png");

        await RunwayHarness.FailsAsync(ImageServiceFailure.Unavailable, runway.DownloadAsync);

        Assert.Equal(4, runway.Server.Requests.Count);
    }

    [Fact]
    public async Task Redirects_are_followed_three_times_and_no_more()
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Then(Reply.Redirect("/1"), Reply.Redirect("/2"), Reply.Redirect("/3"), Png);
        await runway.DownloadAsync();
        Assert.Equal(["/out.png", "/1", "/2", "/3"], runway.Server.Requests.Select(request => request.PathAndQuery));

        runway.Server.Otherwise = Reply.Redirect("/again");
        await RunwayHarness.FailsAsync(ImageServiceFailure.BadOutput, runway.DownloadAsync);
        Assert.Equal(8, runway.Server.Requests.Count);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://127.0.0.1/out.png")]
    [InlineData("http://user:password@127.0.0.1/out.png")]
    public async Task A_redirect_is_checked_like_the_first_url(string location)
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Then(Reply.Redirect(location));

        await RunwayHarness.FailsAsync(ImageServiceFailure.BadOutput, runway.DownloadAsync);
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}/out.png")]
    [InlineData("https://127.0.0.1:{0}/out.png")]
    [InlineData("https://localhost:{0}/out.png")]
    [InlineData("https://[::1]:{0}/out.png")]
    [InlineData("https://[::ffff:127.0.0.1]:{0}/out.png")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://2130706433:{0}/out.png")]
    public async Task A_private_address_is_refused_when_RunwayML_is_public(string url)
    {
        await using var runway = await RunwayHarness.StartAsync(baseUrl: "https://8.8.8.8");
        using var listener = Listen(out var port);

        await RunwayHarness.FailsAsync(
            ImageServiceFailure.BadOutput, () => runway.DownloadAsync(url.Replace("{0}", $"{port}", StringComparison.Ordinal)));

        Assert.False(listener.Pending());
        Assert.Empty(runway.Time.Waits);
    }

    /// <summary>A base URL whose host has a private address, as RunwayML's may have for a moment in a spoilt DNS.</summary>
    [Theory]
    [InlineData("https://10.0.0.1")]
    [InlineData("https://192.168.1.5")]
    public async Task A_private_address_is_refused_when_RunwayML_has_one_too(string baseUrl)
    {
        await using var runway = await RunwayHarness.StartAsync(baseUrl: baseUrl);
        using var listener = Listen(out var port);

        await RunwayHarness.FailsAsync(
            ImageServiceFailure.BadOutput, () => runway.DownloadAsync($"https://127.0.0.1:{port}/out.png"));
        await RunwayHarness.FailsAsync(
            ImageServiceFailure.BadOutput, () => runway.DownloadAsync($"http://127.0.0.1:{port}/out.png"));

        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task A_private_address_is_allowed_by_its_setting()
    {
        await using var runway = await RunwayHarness.StartAsync(configure: services => services.AddSingleton(
            new RunwaySettings { BaseUrl = new Uri("https://8.8.8.8"), AllowPrivateImageHosts = true }));
        runway.Server.Then(Png);

        Assert.Equal("png", (await runway.DownloadAsync()).Extension);
    }

    [Fact]
    public async Task A_redirect_to_a_private_address_is_refused_when_RunwayML_is_public()
    {
        using var listener = Listen(out var port);
        await using var runway = await RunwayHarness.StartAsync(
            baseUrl: "https://8.8.8.8",
            configure: services => services.AddHttpClient<ImageDownloader>().AddHttpMessageHandler(
                () => new RedirectingHost("cdn.example.com", $"https://localhost:{port}/out.png")));

        await RunwayHarness.FailsAsync(
            ImageServiceFailure.BadOutput, () => runway.DownloadAsync("https://cdn.example.com/out.png"));

        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task Plain_http_is_refused_when_RunwayML_is_public()
    {
        await using var runway = await RunwayHarness.StartAsync(baseUrl: "https://8.8.8.8");

        await RunwayHarness.FailsAsync(
            ImageServiceFailure.BadOutput, () => runway.DownloadAsync("http://8.8.4.4/out.png"));
    }

    /// <summary>A signed URL is as good as a key.</summary>
    [Fact]
    public async Task A_failed_download_is_logged_without_its_url()
    {
        await using var runway = await RunwayHarness.StartAsync();
        runway.Server.Otherwise = Reply.Status(403);

        await RunwayHarness.FailsAsync(
            ImageServiceFailure.NotFound, () => runway.DownloadAsync($"{runway.Server.Url}out.png?_jwt=SIGNED"));

        Assert.Contains(runway.Logs.Lines, line => line.Contains(" 207 ", StringComparison.Ordinal));
        Assert.DoesNotContain(runway.Logs.Lines, line => line.Contains("SIGNED", StringComparison.Ordinal));
    }

    private static FileStream FullDisk(string path) => new("/dev/full", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);

    /// <summary>A port on loopback that tells, as pending, whether anyone connected.</summary>
    private static TcpListener Listen(out int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        port = ((IPEndPoint)listener.LocalEndpoint).Port;
        return listener;
    }
}
