using Microsoft.Extensions.Configuration;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Emulator;
using ScenarioFunctions.Local.Hosting;

namespace ScenarioFunctions.Tests.Emulator;

public sealed class EmulatorSettingsTests
{
    [Fact]
    public void Unset_settings_have_their_defaults() => Assert.Equal(
        new EmulatorSettings { Latency = TimeSpan.FromSeconds(2), Concurrency = 20, FailureRate = 0 },
        Read([]));

    [Fact]
    public void Set_settings_are_read() => Assert.Equal(
        new EmulatorSettings { Latency = TimeSpan.FromSeconds(0.5), Concurrency = 500, FailureRate = 0.25 },
        Read(new()
        {
            ["EMULATOR_LATENCY_SECONDS"] = "0.5",
            ["EMULATOR_CONCURRENCY"] = "500",
            ["EMULATOR_FAILURE_RATE"] = "0.25",
        }));

    [Fact]
    public void All_wrong_settings_are_told_at_once() => Assert.Equal(3, Assert.Throws<SettingsException>(() => Read(new()
    {
        ["EMULATOR_LATENCY_SECONDS"] = "-1",
        ["EMULATOR_CONCURRENCY"] = "0",
        ["EMULATOR_FAILURE_RATE"] = "1.1",
    })).Faults.Count);

    [Theory]
    [InlineData("RUNWAYML_API_SECRET", "key_1")]
    [InlineData("RUNWAYML_BASE_URL", "http://127.0.0.1:7072/emulators/runwayml")]
    public void An_image_service_that_is_given_leaves_the_emulator_out(string name, string value) =>
        Assert.Null(Read(new() { [name] = value }));

    [Theory]
    [InlineData("0", null, 0.02)]
    [InlineData("1", null, 0.125)]
    [InlineData("2", null, 0.25)]
    [InlineData("600", null, 0.25)]
    [InlineData("0", "3", 3)]
    public void An_image_is_polled_as_often_as_its_time_needs_unless_the_interval_is_set(string latency, string? interval, double seconds) =>
        Assert.Equal(
            TimeSpan.FromSeconds(seconds),
            ReadHost(new() { ["EMULATOR_LATENCY_SECONDS"] = latency, ["RUNWAYML_POLL_SECONDS"] = interval }).Runway.PollInterval);

    private static EmulatorSettings? Read(Dictionary<string, string?> values) => ReadHost(values).Emulator;

    private static HostSettings ReadHost(Dictionary<string, string?> values) =>
        HostSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
}
