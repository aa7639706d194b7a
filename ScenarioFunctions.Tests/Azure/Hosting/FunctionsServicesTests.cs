using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Api;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Hosting;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Azure.Hosting;

public sealed class FunctionsServicesTests
{
    private static IConfiguration Configuration =>
        new ConfigurationBuilder().AddInMemoryCollection(TestSettings.Complete).Build();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Wrong_settings_stop_the_start_with_one_message_that_names_each()
    {
        var settings = TestSettings.Complete;
        settings["IMAGE_CREDITS"] = "two";
        settings["RUNWAYML_BASE_URL"] = "http://runway.example.com";
        settings["RUNWAYML_POLL_SECONDS"] = "0";

        var exception = Assert.Throws<SettingsException>(() => new ServiceCollection().AddSaveScenarioService(
            new ConfigurationBuilder().AddInMemoryCollection(settings).Build()));

        Assert.Contains("IMAGE_CREDITS", exception.Message, StringComparison.Ordinal);
        Assert.Contains("RUNWAYML_BASE_URL must start with https://", exception.Message, StringComparison.Ordinal);
        Assert.Contains("RUNWAYML_POLL_SECONDS must be a number from 0.05 to 60", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>A line of standard error is an error to the Functions host when it says "error" and not "warn".</summary>
    [Fact]
    public void Each_line_about_wrong_settings_is_an_error_to_the_host()
    {
        var fault = Assert.Throws<SettingsException>(() => new ServiceCollection().AddSaveScenarioService(
            new ConfigurationBuilder().AddInMemoryCollection([new("IMAGE_CREDITS", "two")]).Build()));

        var lines = StartError.LinesOf(fault.Message).Split(Environment.NewLine);

        Assert.True(lines.Length > 3, string.Join('|', lines));
        Assert.All(lines, line =>
        {
            Assert.StartsWith("Error: ", line, StringComparison.Ordinal);
            Assert.DoesNotContain("warn", line, StringComparison.OrdinalIgnoreCase);
        });
    }

    [Fact]
    public void The_HTTP_clients_do_not_log_each_request()
    {
        using var log = new LogCollector();
        using var services = new ServiceCollection().AddSaveScenarioService(Configuration)
            .AddLogging(logging => logging.AddProvider(log)).BuildServiceProvider();
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("System.Net.Http.HttpClient.IImageStore.ClientHandler");

        Assert.False(logger.IsEnabled(LogLevel.Information));
        Assert.True(logger.IsEnabled(LogLevel.Warning));
    }

    /// <summary>The worker's server is Kestrel with these services; its limit, and a reset, came at 30 MB.</summary>
    [Theory]
    [InlineData("Content-Length: 31000000\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n")]
    public async Task A_body_of_31_MB_is_answered_by_413_and_no_reset(string length)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        builder.Services.AddSaveScenarioService(Configuration);
        await using var app = builder.Build();
        app.MapScenarioApi();
        await app.StartAsync(Stop);
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", new Uri(app.Urls.Single()).Port, Stop);
        await using var stream = client.GetStream();
        var chunked = length.Contains("chunked", StringComparison.Ordinal);

        var head = $"POST /scenario/save HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer {TestSettings.ApiKey}\r\n"
            + $"Content-Type: application/json\r\n{length}\r\n{(chunked ? $"{31_000_000:x}\r\n" : "")}";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), Stop);
        await stream.WriteAsync(new byte[31_000_000], Stop);
        await stream.WriteAsync(chunked ? "\r\n0\r\n\r\n"u8.ToArray() : [], Stop);

        using var reader = new StreamReader(stream);
        Assert.StartsWith("HTTP/1.1 413 ", await reader.ReadToEndAsync(Stop), StringComparison.Ordinal);
    }
}
