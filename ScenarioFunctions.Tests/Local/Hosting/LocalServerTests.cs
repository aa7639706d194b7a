using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Local.Hosting;
using ScenarioFunctions.Tests.Engines;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Local.Hosting;

public sealed class LocalServerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly HttpClient http = new();

    [Theory]
    [InlineData("GET", "/nowhere", HttpStatusCode.NotFound)]
    [InlineData("PUT", "/scenario/save", HttpStatusCode.MethodNotAllowed)]
    public async Task A_wrong_route_is_answered_with_a_whole_problem(string method, string path, HttpStatusCode status)
    {
        await using var server = await StartAsync();

        var response = await SendAsync(server, method, path);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken);
        Assert.Equal(path, (string?)problem!["instance"]);
        Assert.Contains("/openapi.json", (string?)problem["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_monitor_may_ask_for_the_health_with_HEAD()
    {
        await using var server = await StartAsync();

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(server, "HEAD", "/health")).StatusCode);
    }

    /// <summary>Otherwise each folder of images takes one of the machine's watches, and each write to the database is an event.</summary>
    [Fact]
    public async Task No_file_or_folder_is_watched()
    {
        await using var server = await StartAsync();

        var configuration = (IConfigurationRoot)server.Services.GetRequiredService<IConfiguration>();
        var files = configuration.Providers.OfType<FileConfigurationProvider>().ToList();

        Assert.NotEmpty(files);
        Assert.DoesNotContain(files, file => file.Source.ReloadOnChange);
    }

    [Fact]
    public async Task A_client_of_the_service_before_this_one_works_unchanged()
    {
        await using var server = await StartAsync(settings: [new("EMULATOR_LATENCY_SECONDS", "0.05")]);
        http.BaseAddress = server.Address;

        await new OriginalClient(http).RunAsync($"{Guid.NewGuid()}");
    }

    [Theory]
    [InlineData(true, ListenUrls.Default)]
    [InlineData(false, null)]
    public async Task A_commands_links_lead_to_where_a_server_will_be(bool forCommand, string? expected)
    {
        await using var server = await StartAsync(forCommand);
        using var scenario = JsonContent.Create(new { short_id = "s", user_id = "u", scenario = new { title = "t", scenes = new[] { new { } } } });

        var response = await http.PostAsync(
            new Uri(server.Address, "/scenario/save"), scenario, TestContext.Current.CancellationToken);

        var origin = response.Headers.Location!.GetLeftPart(UriPartial.Authority);
        Assert.Equal(expected ?? server.Address.GetLeftPart(UriPartial.Authority), origin);
    }

    [Fact]
    public async Task A_server_says_where_it_listens_before_it_goes_on_with_tasks()
    {
        await using (var first = await StartAsync())
        {
            using var client = new TaskClient(first.Address);
            await client.PostAsync(Posts.Body("slow", 2, "user_1", _ => "emulator:slow=600"), "key");
        }

        using var logs = new LogCollector();
        await using var second = await StartAsync(log: logs);

        var told = logs.Lines.Where(line => line.StartsWith("Information", StringComparison.Ordinal)).ToList();
        Assert.Contains($"Listening on {second.Address}", told[0], StringComparison.Ordinal);
        Assert.Contains("1 unfinished", told[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_warns_of_settings_that_are_hardly_meant()
    {
        using var logs = new LogCollector();
        await using var server = await StartAsync(log: logs, settings: [new("IMAGE_CREDIT", "5")]);

        Assert.Contains(logs.Lines, line =>
            line.StartsWith("Warning 502", StringComparison.Ordinal) && line.Contains("Did you mean IMAGE_CREDITS?", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, null, HttpStatusCode.Unauthorized)]
    [InlineData("RUNWAYML_API_SECRET", "key_1", HttpStatusCode.NotFound)]
    [InlineData("RUNWAYML_BASE_URL", "http://127.0.0.1:9", HttpStatusCode.NotFound)]
    public async Task The_emulator_is_there_only_when_it_makes_the_images(string? setting, string? value, HttpStatusCode expected)
    {
        await using var server = await StartAsync(settings: setting is null ? [] : [new(setting, value)]);

        Assert.Equal(expected, (await SendAsync(server, "GET", "/emulators/runwayml/v1/organization")).StatusCode);
        Assert.Equal(setting is null, File.Exists(folder.File("data/emulator.db")));
    }

    public void Dispose()
    {
        http.Dispose();
        folder.Dispose();
    }

    private Task<LocalServer> StartAsync(
        bool forCommand = false, LogCollector? log = null, params KeyValuePair<string, string?>[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("SCENARIO_DATA_DIR", folder.File("data")), .. settings])
            .Build();
        var options = new LocalServerOptions("http://127.0.0.1:0", forCommand)
        {
            Replace = services => services.AddLogging(logging => _ = log is null ? logging : logging.AddProvider(log)),
        };
        return LocalServer.StartAsync(configuration, options, TestContext.Current.CancellationToken);
    }

    private Task<HttpResponseMessage> SendAsync(LocalServer server, string method, string path) => http.SendAsync(
        new HttpRequestMessage(new HttpMethod(method), new Uri(server.Address, path)), TestContext.Current.CancellationToken);
}
