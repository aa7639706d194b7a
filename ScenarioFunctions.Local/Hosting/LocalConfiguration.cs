using ScenarioFunctions.Core.Settings;

namespace ScenarioFunctions.Local.Hosting;

/// <summary>Settings come from the environment; what is not there, from <c>Values</c> in local.settings.json.</summary>
internal static class LocalConfiguration
{
    /// <exception cref="SettingsException">The file is not as it has to be.</exception>
    public static IConfiguration Read() => new ConfigurationBuilder()
        .AddInMemoryCollection(LocalSettingsFile.Read(Directory.GetCurrentDirectory()))
        .AddEnvironmentVariables()
        .Build();
}
