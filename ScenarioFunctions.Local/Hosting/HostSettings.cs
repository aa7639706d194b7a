using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Local.Emulator;
using ScenarioFunctions.Local.Storage;

namespace ScenarioFunctions.Local.Hosting;

/// <summary>All settings of the embedded host.</summary>
/// <param name="Service">Those of both hosts.</param>
/// <param name="Local">Those of the embedded store.</param>
/// <param name="Emulator">Those of the RunwayML emulator.</param>
/// <param name="Runway">RunwayML; null for the emulator, as neither a secret nor a base URL was given.</param>
/// <param name="OwnEmulator">How the own emulator is used, but for its address.</param>
internal sealed record HostSettings(
    ServiceSettings Service,
    LocalSettings Local,
    EmulatorSettings Emulator,
    RunwaySettings? Runway,
    RunwaySettings OwnEmulator)
{
    private static readonly TimeSpan EmulatorPollInterval = TimeSpan.FromSeconds(0.25);

    /// <exception cref="SettingsException">Names every setting that is wrong.</exception>
    public static HostSettings Read(IConfiguration configuration)
    {
        var reader = new SettingsReader(configuration);
        var service = ServiceSettings.Read(reader);
        var local = LocalSettings.Read(reader);
        var emulator = EmulatorSettings.Read(reader);
        var runway = RunwaySettings.Read(reader);
        _ = ListenUrls.Read(reader);
        var isGiven = runway.ApiSecret is not null || reader.Text("RUNWAYML_BASE_URL") is not null;
        var ownEmulator = runway with { ApiSecret = "emulator" };
        if (reader.Text("RUNWAYML_POLL_SECONDS") is null)
        {
            ownEmulator = ownEmulator with { PollInterval = EmulatorPollInterval };
        }

        reader.ThrowIfFaulty();
        return new HostSettings(service, local, emulator, isGiven ? runway : null, ownEmulator);
    }

    /// <summary>A command's own port is gone with it: image links lead to where a server will be.</summary>
    public HostSettings WithLinksThatOutliveTheCommand() => Service.PublicBaseUrl is not null
        ? this
        : this with { Service = Service with { PublicBaseUrl = new Uri(LocalServerOptions.DefaultUrls) } };
}
