using System.Net;
using System.Net.Http.Json;
using System.Text;
using ScenarioFunctions.Emulator;

namespace ScenarioFunctions.Tests.Emulator;

/// <summary>No caller fills the memory or the disk.</summary>
public sealed class EmulatorLimitTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST", "v1/text_to_image", EmulatorServices.MaxOrderBytes + 1)]
    [InlineData("POST", "v1/uploads", 100 * 1024)]
    [InlineData("PUT", "account", 100 * 1024)]
    public async Task A_body_that_is_too_large_is_refused_whether_its_length_is_told_or_not(string method, string path, int size)
    {
        await using var server = await EmulatorServer.StartAsync();

        foreach (var isTold in new[] { true, false })
        {
            var body = new ByteArrayContent(Encoding.UTF8.GetBytes($"{{\"a\":\"{new string('x', size)}\"}}"));
            using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body };
            request.Headers.TransferEncodingChunked = !isTold;
            request.Headers.ExpectContinue = true; // as a client that gives up sending is reset, and sees no answer
            using var response = await server.Client.SendAsync(request, Cancel);

            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
            Assert.Contains("too large", (await EmulatorServer.BodyOf(response)).GetProperty("error").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Uploads_go_only_where_the_emulator_has_made_room()
    {
        await using var server = await EmulatorServer.StartAsync();
        using var stranger = new HttpClient();
        using var room = await server.Client.PostAsJsonAsync("v1/uploads", new { filename = "a.png", type = "ephemeral" }, Cancel);
        var url = (await EmulatorServer.BodyOf(room)).GetProperty("uploadUrl").GetString()!;

        using var sent = await stranger.PostAsync(url, new StringContent("bytes"), Cancel);
        using var elsewhere = await stranger.PostAsync(url.Split('?')[0], new StringContent("bytes"), Cancel);

        Assert.Equal(HttpStatusCode.NoContent, sent.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, elsewhere.StatusCode);
    }

    [Fact]
    public async Task Orders_beyond_the_queue_are_refused_until_some_have_ended()
    {
        await using var server = await EmulatorServer.StartAsync(new EmulatorSettings { MaxOpen = 3, Concurrency = 1 });
        for (var i = 0; i < 3; i++)
        {
            await server.CreateAsync("A red bicycle");
        }

        using var refused = await server.PostAsync(new { model = "gemini_2.5_flash", promptText = "One more", ratio = "1024:1024" });
        server.Clock.Advance(TimeSpan.FromSeconds(2));
        using var taken = await server.PostAsync(new { model = "gemini_2.5_flash", promptText = "One more", ratio = "1024:1024" });

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Contains("Too many tasks are open", (await EmulatorServer.BodyOf(refused)).GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
    }
}
