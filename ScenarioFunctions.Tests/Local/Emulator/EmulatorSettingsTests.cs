using Microsoft.Extensions.Configuration;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Local.Emulator;

namespace ScenarioFunctions.Tests.Local.Emulator;

public sealed class EmulatorSettingsTests
{
    [Fact]
    public void Unset_settings_have_their_defaults() => Assert.Equal(
        new EmulatorSettings { Latency = TimeSpan.FromSeconds(2), Concurrency = 20, FailureRate = 0 },
        EmulatorSettings.Read(Reader([])));

    [Fact]
    public void Set_settings_are_read() => Assert.Equal(
        new EmulatorSettings { Latency = TimeSpan.FromSeconds(0.5), Concurrency = 500, FailureRate = 0.25 },
        EmulatorSettings.Read(Reader(new()
        {
            ["EMULATOR_LATENCY_SECONDS"] = "0.5",
            ["EMULATOR_CONCURRENCY"] = "500",
            ["EMULATOR_FAILURE_RATE"] = "0.25",
        })));

    [Fact]
    public void All_wrong_settings_are_told_at_once()
    {
        var reader = Reader(new()
        {
            ["EMULATOR_LATENCY_SECONDS"] = "-1",
            ["EMULATOR_CONCURRENCY"] = "0",
            ["EMULATOR_FAILURE_RATE"] = "1.1",
        });

        EmulatorSettings.Read(reader);

        Assert.Equal(3, Assert.Throws<SettingsException>(reader.ThrowIfFaulty).Faults.Count);
    }

    private static SettingsReader Reader(Dictionary<string, string?> values) =>
        new(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
}
