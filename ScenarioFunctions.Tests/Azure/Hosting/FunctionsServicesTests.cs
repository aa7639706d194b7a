using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Hosting;

namespace ScenarioFunctions.Tests.Azure.Hosting;

public sealed class FunctionsServicesTests
{
    [Fact]
    public void Wrong_settings_stop_the_start_with_one_message_that_names_each()
    {
        var settings = TestSettings.Complete;
        settings["IMAGE_CREDITS"] = "two";
        settings["RUNWAYML_BASE_URL"] = "nowhere";
        settings["RUNWAYML_MODEL"] = "gen4_imgae";

        var exception = Assert.Throws<SettingsException>(() => new ServiceCollection().AddSaveScenarioService(
            new ConfigurationBuilder().AddInMemoryCollection(settings).Build()));

        Assert.Contains("IMAGE_CREDITS", exception.Message, StringComparison.Ordinal);
        Assert.Contains("RUNWAYML_BASE_URL", exception.Message, StringComparison.Ordinal);
        Assert.Contains(
            "RUNWAYML_MODEL must be one of gen4_image, gen4_image_turbo, ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(", not 'gen4_imgae'", exception.Message, StringComparison.Ordinal);
    }
}
