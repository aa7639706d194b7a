using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Settings;

namespace ScenarioFunctions.Tests.Core.Runway;

public sealed class ModelWarningTests
{
    [Theory]
    [InlineData("gpt_image_3", true)]
    [InlineData("muse_image", false)]
    public async Task A_model_that_is_not_known_is_used_with_a_warning_at_the_start(string model, bool warns)
    {
        var reader = new SettingsReader(new ConfigurationBuilder()
            .AddInMemoryCollection([new("RUNWAYML_MODEL", model)]).Build());
        var settings = RunwaySettings.Read(reader);
        reader.ThrowIfFaulty();
        await using var runway = await RunwayHarness.StartAsync(configure: services => services.AddSingleton(settings));

        foreach (var service in runway.Services.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
        {
            await service.StartedAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(model, settings.Model);
        Assert.Equal(warns, runway.Logs.Lines.Any(line => line.StartsWith("Warning", StringComparison.Ordinal)
            && line.Contains($"RUNWAYML_MODEL is {model}, whose rules are unknown here", StringComparison.Ordinal)));
    }
}
