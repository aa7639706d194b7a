using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Trace;
using ScenarioFunctions.Chaos;
using ScenarioFunctions.Chaos.Storm;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Hosting;
using ScenarioFunctions.Local.Hosting;
using ScenarioFunctions.Tests.Azure;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Local.Telemetry;

/// <summary>The settings of OpenTelemetry, on both hosts.</summary>
public sealed class TelemetrySettingsTests
{
    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")]
    public void What_OpenTelemetry_would_ignore_stops_the_start(string name, string value)
    {
        var settings = With(name, value);

        Assert.Contains(name, Assert.Throws<SettingsException>(() => HostSettings.Read(settings)).Message, StringComparison.Ordinal);
        Assert.Contains(
            name,
            Assert.Throws<SettingsException>(() => new ServiceCollection().AddSaveScenarioService(settings)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("http://localhost:4317", true)]
    public void On_Azure_nothing_is_traced_without_an_endpoint(string? endpoint, bool isTraced)
    {
        var services = new ServiceCollection().AddSaveScenarioService(With("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint));

        Assert.Equal(isTraced, services.Any(service => service.ServiceType == typeof(TracerProvider)));
    }

    private static IConfiguration With(string name, string? value) => new ConfigurationBuilder()
        .AddInMemoryCollection(TestSettings.Complete)
        .AddInMemoryCollection([new(name, value)])
        .Build();

    [Fact]
    public async Task A_collector_that_never_answers_does_not_prolong_a_stop()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var folder = new TemporaryFolder();
        using var server = ServerProcess.Start(
            Path.Combine(AppContext.BaseDirectory, "ScenarioFunctions.Local.dll"),
            folder.File("data"),
            folder.File("log"),
            new Dictionary<string, string>
            {
                ["EMULATOR_LATENCY_SECONDS"] = "0",
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://{silent.LocalEndpoint}",
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            });
        using (var client = new TaskClient(await server.AddressAsync(TestContext.Current.CancellationToken)))
        {
            await client.WaitAsync(await client.PostAsync(Posts.Body("t", 2, "user"), "t"));
        }

        var (took, exitCode) = await server.TerminateAsync();

        Assert.Equal(0, exitCode);
        Assert.InRange(took, TimeSpan.Zero, server.MaxTermination);
    }
}
