using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ScenarioFunctions.Local.Hosting;
using ScenarioFunctions.Tests.Infrastructure.Api;
using ScenarioFunctions.Tests.Local.CrashSafety;
using Posts = ScenarioFunctions.Chaos.Posts;

namespace ScenarioFunctions.Tests.Local.Hosting;

/// <summary>With an API key, the emulator is for the service and for whoever has the key.</summary>
public sealed class ClosedEmulatorTests : IDisposable
{
    private const string Key = "0123456789abcdef01234567";

    private readonly HostFolder folder = new();
    private readonly HttpClient http = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Routes => new()
    {
        { "GET", "v1/organization" }, { "POST", "v1/text_to_image" }, { "POST", "v1/uploads" }, { "PUT", "account" },
        { "GET", "v1/tasks/0d5bb4dc-9c5c-4dd1-8a4b-0a3a3e7f4c11" }, { "DELETE", "v1/tasks/0d5bb4dc-9c5c-4dd1-8a4b-0a3a3e7f4c11" },
    };

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Nobody_else_gets_in(string method, string route)
    {
        folder.Settings["API_KEY"] = Key;
        await using var server = await folder.StartAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(server, method, route, null));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(server, method, route, "emulator"));
        Assert.NotEqual(HttpStatusCode.Unauthorized, await AskAsync(server, method, route, Key));
    }

    [Fact]
    public async Task The_service_itself_still_makes_its_images()
    {
        folder.Settings["API_KEY"] = Key;
        await using var server = await folder.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, "scenario/save"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        request.Content = new ByteArrayContent(Posts.Body("closed", 3, "user_1"));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        (await http.SendAsync(request, Stop)).EnsureSuccessStatusCode();

        await folder.UntilSettledAsync();

        await folder.UntilAsync(data => data.Scenes.Count(scene => scene.Status == "completed") == 2);
    }

    [Fact]
    public async Task A_users_token_does_not_open_it()
    {
        await using var auth = await SupabaseAuth.StartAsync();
        folder.Settings["SUPABASE_URL"] = auth.Url.AbsoluteUri;
        await using var server = await folder.StartAsync();

        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(server, "GET", "v1/organization", auth.TokenOf("user_1", DateTimeOffset.UtcNow)));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(server, "GET", "v1/organization", "any"));
    }

    /// <summary>Otherwise the key could be found out here faster than at the API.</summary>
    [Fact]
    public async Task Guessing_the_key_is_slowed_down()
    {
        folder.Settings["API_KEY"] = Key;
        await using var server = await folder.StartAsync();

        var guesses = await Task.WhenAll(Enumerable.Range(0, 60).Select(guess => AskAsync(server, "GET", "v1/organization", $"guess-{guess}")));

        Assert.Contains(HttpStatusCode.TooManyRequests, guesses);
        Assert.DoesNotContain(HttpStatusCode.OK, guesses);
    }

    public void Dispose()
    {
        http.Dispose();
        folder.Dispose();
    }

    private async Task<HttpStatusCode> AskAsync(LocalServer server, string method, string route, string? key)
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(method), new Uri(server.Address, $"/emulators/runwayml/{route}"));
        request.Headers.Add("X-Runway-Version", "2024-11-06");
        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        if (method is "POST" or "PUT")
        {
            request.Content = JsonContent.Create(new JsonObject());
        }

        using var response = await http.SendAsync(request, Stop);
        return response.StatusCode;
    }
}
