using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Api;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Local.Hosting;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Local.Hosting;

/// <summary>The key in local.settings.json is changed while the server runs.</summary>
public sealed class KeyWatchTests : IDisposable
{
    private const string Old = "old-0123456789abcdef01234567";
    private const string New = "new-0123456789abcdef01234567";

    private readonly TemporaryFolder folder = new();
    private readonly HttpClient http = new();
    private readonly LogCollector log = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_key_is_taken_without_a_restart_and_the_old_one_ends()
    {
        Write(Old);
        await using var server = await StartAsync();
        Assert.Equal(HttpStatusCode.OK, await AskAsync(server, Old));
        var links = server.Services.GetRequiredService<FollowTokens>();
        var link = links.Create("t1");

        Write(New);
        await UntilAsync(async () => await AskAsync(server, New) == HttpStatusCode.OK);

        Assert.NotEqual(HttpStatusCode.OK, await AskAsync(server, Old)); // 401, or 429 after so many wrong ones
        Assert.False(await OpensAsync(links, link));
        Assert.True(await OpensAsync(links, links.Create("t1")));
        await UntilAsync(() => Task.FromResult( // it is logged just after it is in use
            log.Lines.Any(line => line.Contains("API_KEY was changed", StringComparison.Ordinal))));
        Assert.DoesNotContain(log.Lines, line => line.Contains(New, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("short")]
    [InlineData("   ")]
    [InlineData(null)]
    public async Task A_wrong_change_leaves_the_key_as_it_was(string? key)
    {
        Write(Old);
        await using var server = await StartAsync();

        Write(key);
        await UntilAsync(() => Task.FromResult(log.Lines.Any(line => line.StartsWith("Error 511 ", StringComparison.Ordinal))));

        Assert.Equal(HttpStatusCode.OK, await AskAsync(server, Old));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(server, "short"));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(server, ""));
    }

    public void Dispose()
    {
        http.Dispose();
        folder.Dispose();
    }

    private static Task<bool> OpensAsync(FollowTokens links, string token) =>
        links.OpenAsync(new DefaultHttpContext { Request = { QueryString = new($"?{FollowTokens.Parameter}={token}") } }.Request, "t1");

    private static Task UntilAsync(Func<Task<bool>> isThere) => Patience.UntilAsync(isThere, () => "The key was not taken.", Stop);

    /// <summary>Null writes half a file, as an editor may.</summary>
    private void Write(string? key) => File.WriteAllText(
        folder.File(LocalSettingsFile.Name),
        key is null ? "{\"Values\": {\"API_" : JsonSerializer.Serialize(new { Values = new { API_KEY = key, ASPNETCORE_URLS = "http://0.0.0.0:0" } }));

    private Task<LocalServer> StartAsync()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("SCENARIO_DATA_DIR", folder.File("data"))])
            .Add(new LocalSettingsSource(folder.Path))
            .Build();
        var options = LocalServerOptions.ForServer() with
        {
            Replace = services => services.AddLogging(logging => logging.AddProvider(log)),
        };
        return LocalServer.StartAsync(configuration, options, Stop);
    }

    private async Task<HttpStatusCode> AskAsync(LocalServer server, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, "scenario/save/tasks"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await http.SendAsync(request, Stop);
        return response.StatusCode;
    }
}
