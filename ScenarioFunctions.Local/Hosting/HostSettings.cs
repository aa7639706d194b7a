using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using ScenarioFunctions.Api.Telemetry;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Emulator;
using ScenarioFunctions.Local.Storage;

namespace ScenarioFunctions.Local.Hosting;

/// <summary>All settings of the embedded host.</summary>
/// <param name="Service">The settings of both hosts.</param>
/// <param name="Local">The settings of the embedded store.</param>
/// <param name="Runway">How to reach RunwayML. With the built-in emulator, everything but its address.</param>
/// <param name="Urls">Where the server listens, separated by semicolons.</param>
/// <param name="Emulator">The built-in emulator's settings; null when RunwayML or another emulator is used.</param>
internal sealed record HostSettings(
    ServiceSettings Service, LocalSettings Local, RunwaySettings Runway, string Urls, EmulatorSettings? Emulator)
{
    public TelemetrySettings Telemetry { get; private init; } = new(IsOn: false);

    /// <summary>What does not stop the start, but is hardly meant.</summary>
    public IReadOnlyList<string> Warnings { get; private init; } = [];

    private const string NoSecret =
        "RUNWAYML_BASE_URL is set without RUNWAYML_API_SECRET: no images can be made. Without both, the emulator makes them.";

    private const double EmulatorPollSeconds = 0.25;
    private const double MinEmulatorPollSeconds = 0.02;

    /// <param name="configuration">The source of the settings.</param>
    /// <param name="ownUrls">Where the server listens whatever the settings say; null to use the settings.</param>
    /// <exception cref="SettingsException">Names every setting that is wrong.</exception>
    public static HostSettings Read(IConfiguration configuration, string? ownUrls = null) =>
        Read(new SettingsReader(configuration), ownUrls);

    /// <inheritdoc cref="Read(IConfiguration, string?)"/>
    public static HostSettings Read(SettingsReader reader, string? ownUrls = null)
    {
        var urls = ListenUrls.Read(reader);
        var service = ServiceSettings.Read(reader, ListenUrls.AreExposed(ownUrls ?? urls));
        service = service with { AllowedHosts = [.. service.AllowedHosts, .. ListenUrls.HostsOf(urls)] };
        var local = LocalSettings.Read(reader);
        var telemetry = TelemetrySettings.Read(reader);
        EmulatorSettings? emulator = ReadEmulator(reader);
        var runway = RunwaySettings.Read(reader);
        if (runway.ApiSecret is not null || reader.Text("RUNWAYML_BASE_URL") is not null)
        {
            emulator = null;
        }
        else
        {
            runway = runway with
            {
                ApiSecret = RandomNumberGenerator.GetHexString(64), // nobody but this process can call as the service
                PollInterval = reader.Text("RUNWAYML_POLL_SECONDS") is null ? PollIntervalOf(emulator) : runway.PollInterval,
            };
        }

        reader.ThrowIfFaulty();
        return new HostSettings(service, local, runway, urls, emulator)
        {
            Telemetry = telemetry,
            Warnings = [.. reader.Misspelt(), .. runway.ApiSecret is null ? [NoSecret] : Array.Empty<string>()],
        };
    }

    /// <summary>A command's own server is gone soon: image links should lead to where a server will be.</summary>
    public HostSettings WithLinksThatOutliveTheCommand() => Service.PublicBaseUrl is not null
        ? this
        : this with { Service = Service with { PublicBaseUrl = ListenUrls.LocalAddressOf(Urls) } };

    /// <summary>Images that take less time are polled more often: an eighth of their time later they are found.</summary>
    private static TimeSpan PollIntervalOf(EmulatorSettings emulator) =>
        TimeSpan.FromSeconds(Math.Clamp(emulator.Latency.TotalSeconds / 8, MinEmulatorPollSeconds, EmulatorPollSeconds));

    /// <summary><c>EMULATOR_LATENCY_SECONDS</c>, <c>EMULATOR_CONCURRENCY</c>, <c>EMULATOR_FAILURE_RATE</c>.</summary>
    private static EmulatorSettings ReadEmulator(SettingsReader reader)
    {
        var unset = new EmulatorSettings();
        return unset with
        {
            Latency = reader.Seconds("EMULATOR_LATENCY_SECONDS", unset.Latency.TotalSeconds, 0, 3600),
            Concurrency = reader.WholeNumber("EMULATOR_CONCURRENCY", unset.Concurrency, 1, 10_000),
            FailureRate = reader.Number("EMULATOR_FAILURE_RATE", unset.FailureRate, 0, 1),
        };
    }
}

/// <summary>
/// <c>ASPNETCORE_URLS</c>, checked before the server listens. If Kestrel cannot read an address's port, it takes the address
/// for a host name and listens on port 80 of every network.
/// </summary>
internal static class ListenUrls
{
    /// <summary>The port that Functions uses.</summary>
    public const string Default = "http://localhost:7071";

    private const string Name = "ASPNETCORE_URLS";

    public static string Read(SettingsReader reader)
    {
        var urls = reader.Text(Name, Default);
        if (!Split(urls).All(IsRight))
        {
            reader.Fault(Name, $"must be an address such as {Default} (http, a host, a port), not '{urls}'");
        }

        return urls;
    }

    /// <summary>Whether another machine can reach one of them. An invalid URL has been reported as a fault already.</summary>
    public static bool AreExposed(string urls) => Split(urls).Any(url =>
        Uri.TryCreate(WithHost(url), UriKind.Absolute, out var uri) && !uri.IsLoopback);

    /// <summary>The host names in the URLs. <c>*</c>, <c>+</c> and <c>0.0.0.0</c> are none.</summary>
    public static IEnumerable<string> HostsOf(string urls) =>
        from url in Split(urls)
        where Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Host is not ("0.0.0.0" or "[::]")
        select new Uri(url).Host;

    /// <summary>Where a browser on this machine will find a server. A port that is chosen at each start is not known before.</summary>
    public static Uri LocalAddressOf(string urls) =>
        Split(urls) is [var first, ..]
        && Uri.TryCreate(WithHost(first).Replace("://any", "://localhost", StringComparison.Ordinal), UriKind.Absolute, out var uri)
        && uri.Port != 0
            ? new UriBuilder(uri) { Host = uri.Host is "0.0.0.0" or "[::]" ? "localhost" : uri.Host }.Uri
            : new Uri(Default);

    /// <returns>Why a server could not listen there now; null when it could.</returns>
    public static string? FaultOf(string urls)
    {
        foreach (var url in Split(urls))
        {
            if (Uri.TryCreate(WithHost(url), UriKind.Absolute, out var uri))
            {
                using var listener = new TcpListener(uri.IsLoopback ? IPAddress.Loopback : IPAddress.Any, uri.Port);
                try
                {
                    listener.Start();
                }
                catch (SocketException taken)
                {
                    return taken.Message;
                }
            }
        }

        return null;
    }

    private static string[] Split(string urls) =>
        urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool IsRight(string url) =>
        Uri.TryCreate(WithHost(url), UriKind.Absolute, out var uri)
        && uri is { Scheme: "http", PathAndQuery: "/", Fragment: "", UserInfo: "" };

    /// <summary>For <see cref="Uri"/>, Kestrel's names for every network are not host names.</summary>
    private static string WithHost(string url) => url
        .Replace("://+", "://any", StringComparison.Ordinal)
        .Replace("://*", "://any", StringComparison.Ordinal);
}
