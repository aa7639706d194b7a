using ScenarioFunctions.Core.Settings;

namespace ScenarioFunctions.Local.Hosting;

/// <summary>How an embedded server is started.</summary>
/// <param name="Urls">Where it listens, separated by semicolons.</param>
/// <param name="IsForCommand">It serves one command: only errors are logged, to standard error, as the command itself tells the rest.</param>
internal sealed record LocalServerOptions(string Urls, bool IsForCommand)
{
    /// <summary>The port that Functions uses.</summary>
    public const string DefaultUrls = "http://localhost:7071";

    /// <summary>Replaces services, for tests that need a part to fail; null leaves all as they are.</summary>
    public Action<IServiceCollection>? Replace { get; init; }

    public static LocalServerOptions ForServer(IConfiguration configuration) =>
        new(ListenUrls.Read(new SettingsReader(configuration)), IsForCommand: false);

    /// <summary>On a free port of this machine only.</summary>
    public static LocalServerOptions ForCommand() => new("http://127.0.0.1:0", IsForCommand: true);
}
