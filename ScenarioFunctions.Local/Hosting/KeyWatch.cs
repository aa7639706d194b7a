using ScenarioFunctions.Api;
using ScenarioFunctions.Core;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Settings;

namespace ScenarioFunctions.Local.Hosting;

/// <summary>
/// Takes new keys from <c>local.settings.json</c> while the server runs: <c>API_KEY</c> and <c>RUNWAYML_API_SECRET</c>. All other
/// settings wait for the next start.
/// </summary>
internal sealed partial class KeyWatch(
    IConfiguration configuration,
    string ownUrls,
    CallerCheck callers,
    FollowTokens followTokens,
    Lazy<RunwaySettings> runway,
    TimeProvider time,
    FaultLog faults,
    ILogger<KeyWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private (string? Api, string? Runway) last;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        last = KeysOf(configuration);
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Look();
        }
    }

    private static (string? Api, string? Runway) KeysOf(IConfiguration configuration) =>
        (configuration["API_KEY"], configuration["RUNWAYML_API_SECRET"]);

    private void Look()
    {
        try
        {
            (configuration as IConfigurationRoot)?.Reload();
            if (KeysOf(configuration) != last)
            {
                Take(HostSettings.Read(configuration, ownUrls));
            }
        }
        catch (SettingsException exception)
        {
            if (faults.IsDue("changed settings", out var count))
            {
                NotTaken(logger, exception.Message, count);
            }
        }
    }

    private void Take(HostSettings settings)
    {
        var keys = KeysOf(configuration);
        if (keys.Api != last.Api && settings.Service.ApiKey is { } api)
        {
            callers.Replace(api);
            followTokens.Replace(api);
            Taken(logger, "API_KEY");
        }

        if (keys.Runway != last.Runway && settings.Emulator is null && settings.Runway.ApiSecret is { } secret)
        {
            runway.Value.Secrets.Replace(secret);
            Taken(logger, "RUNWAYML_API_SECRET");
        }

        last = keys;
    }

    [LoggerMessage(510, LogLevel.Information, "{Setting} was changed: the new value is in use from now on")]
    private static partial void Taken(ILogger logger, string setting);

    [LoggerMessage(511, LogLevel.Error, "The settings were changed, and the keys stay as they were ({Count} times): {Faults}")]
    private static partial void NotTaken(ILogger logger, string faults, int count);
}
