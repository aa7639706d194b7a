namespace ScenarioFunctions.Local.Hosting;

/// <summary>Settings come from the environment; what is not there, from <c>Values</c> in local.settings.json.</summary>
internal static class LocalConfiguration
{
    public static IConfiguration Read()
    {
        var file = new ConfigurationBuilder()
            .SetBasePath(Directory.GetCurrentDirectory())
            .AddJsonFile("local.settings.json", optional: true)
            .Build();
        return new ConfigurationBuilder()
            .AddConfiguration(file.GetSection("Values"))
            .AddEnvironmentVariables()
            .Build();
    }
}
