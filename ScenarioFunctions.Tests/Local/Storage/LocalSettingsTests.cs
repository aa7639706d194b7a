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

    [Theory]
    [InlineData(null, 0)]
    [InlineData("7", 7)]
    public void Where_images_cost_money_a_new_user_has_only_the_credits_that_the_setting_says(string? setting, int credits)
    {
        var reader = Reader(new() { ["RUNWAYML_API_SECRET"] = "key", ["LOCAL_STARTING_CREDITS"] = setting! });

        Assert.Equal(credits, LocalSettings.Read(reader).StartingCredits);
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
