using System.Net;
using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Api.Access;

/// <summary>A page that points a name of its own to 127.0.0.1 must not reach a server there.</summary>
public sealed class HostCheckTests
{
    [Theory]
    [InlineData("localhost", true)]
    [InlineData("localhost:7071", true)]
    [InlineData("LOCALHOST", true)]
    [InlineData("studio.localhost", true)]
    [InlineData("127.0.0.1:80", true)]
    [InlineData("[::1]:7071", true)]
    [InlineData("scenes.example.com", true)] // PUBLIC_BASE_URL
    [InlineData("a.internal", true)] // ALLOWED_HOSTS
    [InlineData("b.example.org:443", true)] // *.example.org
    [InlineData("evil.example", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("scenes.example.com.evil.example", false)]
    [InlineData("example.org", false)]
    [InlineData("127.0.0.1.evil.example:7071", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("[::2]", false)]
    public async Task Only_own_names_are_served(string host, bool isServed)
    {
        await using var server = await ApiServer.StartAsync(new()
        {
            PublicBaseUrl = new Uri("https://scenes.example.com/api"),
            AllowedHosts = ["a.internal", "*.example.org"],
        });

        foreach (var path in new[] { "/health", "/scenario/save/tasks", "/openapi.json" })
        {
            var response = await GetAsync(server, path, host);

            Assert.Equal(isServed ? HttpStatusCode.OK : HttpStatusCode.BadRequest, response.StatusCode);
        }
    }

    [Fact]
    public async Task A_foreign_name_starts_nothing_and_is_in_no_link()
    {
        await using var server = await ApiServer.StartAsync();
        var request = new HttpRequestMessage(HttpMethod.Post, "/scenario/save")
        {
            Content = new StringContent(Posts.Save(), System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Host = "evil.example";

        var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Null(response.Headers.Location);
        var problem = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("ALLOWED_HOSTS", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("evil.example", problem, StringComparison.Ordinal);
        Assert.Empty(server.Engine.Started);
    }

    [Fact]
    public async Task A_star_serves_every_name()
    {
        await using var server = await ApiServer.StartAsync(new() { AllowedHosts = ["*"] });

        Assert.Equal(HttpStatusCode.OK, (await GetAsync(server, "/health", "anything.example")).StatusCode);
    }

    private static async Task<HttpResponseMessage> GetAsync(ApiServer server, string path, string host)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        return await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
