using ScenarioFunctions.Core.Settings;

namespace ScenarioFunctions.Local.Hosting;

/// <summary>Settings come from the environment; what is not there, from <c>Values</c> in local.settings.json.</summary>
internal static class LocalConfiguration
{
    private const string FileName = "local.settings.json";

    /// <exception cref="SettingsException">The file is not JSON.</exception>
    public static IConfiguration Read() => new ConfigurationBuilder()
        .AddConfiguration(ReadFile().GetSection("Values"))
        .AddEnvironmentVariables()
        .Build();

    private static IConfigurationRoot ReadFile()
    {
        try
        {
            return new ConfigurationBuilder()
                .SetBasePath(Directory.GetCurrentDirectory())
                .AddJsonFile(FileName, optional: true)
                .Build();
        }
        catch (InvalidDataException exception)
        {
            throw new SettingsException(
                [$"{FileName} in this folder must be JSON such as {{\"Values\": {{\"API_KEY\": \"…\"}}}}: {exception.InnerException?.Message}"]);
        }
    }
}
