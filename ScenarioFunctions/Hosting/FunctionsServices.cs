using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Api;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Engine;
using ScenarioFunctions.Supabase;

namespace ScenarioFunctions.Hosting;

internal static class FunctionsServices
{
    /// <summary>Adds all that the functions call: the settings, the API, the steps and what they work with.</summary>
    /// <exception cref="SettingsException">Settings are wrong; one message names them all.</exception>
    public static IServiceCollection AddSaveScenarioService(this IServiceCollection services, IConfiguration configuration)
    {
        var reader = new SettingsReader(configuration);
        services.AddSingleton(ServiceSettings.Read(reader));
        services.AddSingleton(RunwaySettings.Read(reader));
        services.AddSingleton(SupabaseSettings.Read(reader));
        reader.ThrowIfFaulty();

        return services.AddScenarioApi().AddSteps().AddRunway().AddSupabase().AddDurableTaskEngine();
    }
}
