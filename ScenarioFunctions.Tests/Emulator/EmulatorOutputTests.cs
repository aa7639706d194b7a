using System.Net;
using SkiaSharp;

namespace ScenarioFunctions.Tests.Emulator;

public sealed class EmulatorOutputTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_output_is_a_png_of_the_size_that_was_asked_for_and_needs_no_key()
    {
        await using var server = await EmulatorServer.StartAsync();
        var id = await server.CreateAsync("A red bicycle", "1280:720");
        server.Clock.Advance(TimeSpan.FromSeconds(2));
        using var stranger = new HttpClient();

        using var response = await stranger.GetAsync(await server.OutputUrlAsync(id), Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("image/png", response.Content.Headers.ContentType?.ToString());
        Assert.True(response.Headers.CacheControl?.Private);
        using var image = SKBitmap.Decode(await response.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Equal((1280, 720), (image.Width, image.Height));
    }

    [Fact]
    public async Task The_output_is_the_same_on_every_download_and_after_a_restart()
    {
        await using var server = await EmulatorServer.StartAsync();
        var id = await server.CreateAsync("A red bicycle", seed: 42);
        server.Clock.Advance(TimeSpan.FromSeconds(2));

        var first = await server.Client.GetByteArrayAsync(await server.OutputUrlAsync(id), Cancel);
        await server.RestartAsync();
        var second = await server.Client.GetByteArrayAsync(await server.OutputUrlAsync(id), Cancel);

        Assert.Equal(first, second);
    }

    [Fact]
    public async Task The_seed_changes_the_output()
    {
        await using var server = await EmulatorServer.StartAsync();
        var one = await server.CreateAsync("A red bicycle", seed: 1);
        var other = await server.CreateAsync("A red bicycle", seed: 2);
        server.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.NotEqual(
            await server.Client.GetByteArrayAsync(await server.OutputUrlAsync(one), Cancel),
            await server.Client.GetByteArrayAsync(await server.OutputUrlAsync(other), Cancel));
    }

    [Fact]
    public async Task An_output_url_expires_after_a_day_and_the_task_then_gives_a_fresh_one()
    {
        await using var server = await EmulatorServer.StartAsync();
        var id = await server.CreateAsync("A red bicycle");
        server.Clock.Advance(TimeSpan.FromSeconds(2));
        var url = await server.OutputUrlAsync(id);

        server.Clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(url));

        server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusOfAsync(url));
        Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(await server.OutputUrlAsync(id)));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusOfAsync(url.Split('?')[0]));

        async Task<HttpStatusCode> StatusOfAsync(string address)
        {
            using var response = await server.Client.GetAsync(address, Cancel);
            return response.StatusCode;
        }
    }

    [Theory]
    [InlineData("expires=9999999999", "signature=0")]
    [InlineData("expires=9999999999", null)]
    [InlineData(null, null)]
    [InlineData(null, "signature=")]
    public async Task An_output_url_that_was_changed_or_made_up_leads_nowhere(string? expires, string? signature)
    {
        await using var server = await EmulatorServer.StartAsync();
        var other = server.LinkTo(await server.CreateAsync("Another"));
        var id = await server.CreateAsync("A red bicycle");
        server.Clock.Advance(TimeSpan.FromSeconds(2));
        var link = (await server.OutputUrlAsync(id)).Split('?', '&');

        using var changed = await server.Client.GetAsync($"{link[0]}?{expires ?? link[1]}&{signature ?? link[2]}"
            + (expires is null && signature is null ? "0" : ""), Cancel);
        using var borrowed = await server.Client.GetAsync($"{link[0]}?{other.Split('?')[1]}", Cancel);

        Assert.Equal(HttpStatusCode.Forbidden, changed.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, borrowed.StatusCode);
    }

    [Fact]
    public async Task An_output_url_outlives_a_restart()
    {
        await using var server = await EmulatorServer.StartAsync();
        var id = await server.CreateAsync("A red bicycle");
        server.Clock.Advance(TimeSpan.FromSeconds(2));
        var before = new Uri(await server.OutputUrlAsync(id)).PathAndQuery;

        await server.RestartAsync();

        using var response = await server.Client.GetAsync(new Uri(server.Client.BaseAddress!, before), Cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("A red bicycle", 1)]
    [InlineData("A red bicycle emulator:fail", 10)]
    public async Task There_is_no_output_before_the_end_or_after_a_failure(string prompt, int secondsLater)
    {
        await using var server = await EmulatorServer.StartAsync();
        var id = await server.CreateAsync(prompt);
        server.Clock.Advance(TimeSpan.FromSeconds(secondsLater));

        using var response = await server.Client.GetAsync(server.LinkTo(id), Cancel);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }
}
