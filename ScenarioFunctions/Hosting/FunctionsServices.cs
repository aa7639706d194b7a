using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
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
        services.AddSingleton(WithOwnName(ServiceSettings.Read(reader, isExposed: true), reader));
        services.AddSingleton(RunwaySettings.Read(reader));
        services.AddSingleton(SupabaseSettings.Read(reader));
        reader.ThrowIfFaulty();

        // The worker's own server would reset the connection of a client that sends more than 30 MB; the API answers 413.
        services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        services.AddLogging(logging => logging.AddFilter("System.Net.Http.HttpClient", LogLevel.Warning)); // four lines an image
        return services.AddScenarioApi().AddSteps().AddRunway().AddSupabase().AddDurableTaskEngine();
    }

    /// <summary>The platform tells the app's own name. A custom domain has to be in <c>ALLOWED_HOSTS</c>.</summary>
    private static ServiceSettings WithOwnName(ServiceSettings settings, SettingsReader reader) =>
        reader.Text("WEBSITE_HOSTNAME") is { } name
            ? settings with { AllowedHosts = [.. settings.AllowedHosts, new HostString(name).Host] }
            : settings;
}
