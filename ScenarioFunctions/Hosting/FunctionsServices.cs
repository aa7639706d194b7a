using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScenarioFunctions.Api;
using ScenarioFunctions.Api.Telemetry;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Core.Steps;
using ScenarioFunctions.Engine;
using ScenarioFunctions.Supabase;

namespace ScenarioFunctions.Hosting;

internal static class FunctionsServices
{
    /// <summary>The platform closes every answer after 230 s.</summary>
    private static readonly TimeSpan MaxStream = TimeSpan.FromSeconds(200);

    /// <summary>Adds everything that the functions need: the settings, the API, the steps and their storage.</summary>
    /// <exception cref="SettingsException">Settings are wrong; one message names them all.</exception>
    public static IServiceCollection AddSaveScenarioService(this IServiceCollection services, IConfiguration configuration)
    {
        var reader = new SettingsReader(configuration);
        services.AddSingleton(WithOwnName(ServiceSettings.Read(reader, isExposed: true), reader));
        services.AddSingleton(RunwaySettings.Read(reader));
        services.AddSingleton(SupabaseSettings.Read(reader));
        var telemetry = TelemetrySettings.Read(reader);
        reader.ThrowIfFaulty();
        if (telemetry.IsOn)
        {
            services.AddTelemetryExport().UseFunctionsWorkerDefaults();
        }

        services.AddSingleton(new EventStreamSettings(MaxStream));

        // The worker's own server would reset a connection that sends more than 30 MB; the API answers 413.
        services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        services.AddLogging(logging => logging.AddFilter("System.Net.Http.HttpClient", LogLevel.Warning)); // otherwise four lines per image
        return services.AddScenarioApi().AddSteps().AddRunway().AddSupabase().AddDurableTaskEngine();
    }

    /// <summary>The platform provides the app's own host name. A custom domain must be in <c>ALLOWED_HOSTS</c>.</summary>
    private static ServiceSettings WithOwnName(ServiceSettings settings, SettingsReader reader) =>
        reader.Text("WEBSITE_HOSTNAME") is { } name
            ? settings with { AllowedHosts = [.. settings.AllowedHosts, new HostString(name).Host], IsBehindAzure = true }
            : settings;
}

/// <summary>The packages for which this app was built on stand-ins: see eng/stand-ins/README.md.</summary>
internal static class StandIns
{
    private const int Version = 9999;

    /// <returns>Why an app with these assemblies must not run, naming its stand-ins; null when it has none.</returns>
    public static string? Refusal(params Assembly[] app)
    {
        var names = app.SelectMany(assembly => assembly.GetReferencedAssemblies());
        var standIns = names.Where(name => name.Version?.Major == Version).ToList();
        return standIns.Count == 0
            ? null
            : $"This build cannot run: it is built on stand-ins for {string.Join(", ", standIns.Select(name => name.Name).Order())}. "
                + "Build it with -p:RealSupabase=true. eng/stand-ins/README.md explains this.";
    }
}

/// <summary>
/// Reports why the app does not start. The Functions host only treats a line of standard error as an error if it contains that
/// word, and it reads each line alone.
/// </summary>
internal static class StartError
{
    public static async Task WriteAsync(string message) => await Console.Error.WriteLineAsync(LinesOf(message));

    public static string LinesOf(string message) =>
        string.Join(Environment.NewLine, message.ReplaceLineEndings("\n").Split('\n').Select(line => $"Error: {line}"));
}
