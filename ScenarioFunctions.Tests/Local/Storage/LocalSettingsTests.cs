using Microsoft.Extensions.Configuration;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Local.Storage;

namespace ScenarioFunctions.Tests.Local.Storage;

public sealed class LocalSettingsTests
{
    [Fact]
    public void Settings_not_set_have_their_defaults() => Assert.Equal(new LocalSettings(), LocalSettings.Read(Reader([])));

    [Fact]
    public void Settings_are_read()
    {
        var reader = Reader(new() { ["SCENARIO_DATA_DIR"] = "/data", ["LOCAL_STARTING_CREDITS"] = "7" });

        Assert.Equal(new LocalSettings { DataDirectory = "/data", StartingCredits = 7 }, LocalSettings.Read(reader));
    }

    [Fact]
    public void Starting_credits_below_zero_are_a_fault()
    {
        var reader = Reader(new() { ["LOCAL_STARTING_CREDITS"] = "-1" });
        LocalSettings.Read(reader);

        Assert.Contains("LOCAL_STARTING_CREDITS", Assert.Throws<SettingsException>(reader.ThrowIfFaulty).Message, StringComparison.Ordinal);
    }

    private static SettingsReader Reader(Dictionary<string, string?> values) =>
        new(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
}
