using System.Text.Json;
using ScenarioFunctions.Core.Json;
using ScenarioFunctions.Core.Settings;

namespace ScenarioFunctions.Local.Hosting;

/// <summary>Settings come from the environment, or else from <c>Values</c> in local.settings.json.</summary>
internal static class LocalConfiguration
{
    /// <exception cref="SettingsException">The file is not valid.</exception>
    public static IConfiguration Read() => new ConfigurationBuilder()
        .Add(new LocalSettingsSource(Directory.GetCurrentDirectory()))
        .AddEnvironmentVariables()
        .Build();
}

/// <summary>The file's settings, read again when the configuration is loaded again.</summary>
internal sealed class LocalSettingsSource(string folder) : ConfigurationProvider, IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    /// <exception cref="SettingsException">The file is not as it has to be; the settings stay as they were.</exception>
    public override void Load() =>
        Data = new Dictionary<string, string?>(LocalSettingsFile.Read(folder), StringComparer.OrdinalIgnoreCase);
}

/// <summary>Reads <c>local.settings.json</c> in the format of Azure Functions: settings by name under <c>Values</c>.</summary>
internal static class LocalSettingsFile
{
    public const string Name = "local.settings.json";

    private const string Right = """{"Values": {"API_KEY": "…"}}""";

    private static readonly JsonDocumentOptions Options = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    /// <returns>The settings; empty when there is no file or it has no <c>Values</c>.</returns>
    /// <exception cref="SettingsException">Names everything that is wrong, without quoting a value.</exception>
    public static IReadOnlyDictionary<string, string?> Read(string folder)
    {
        var path = Path.Combine(folder, Name);
        if (!Path.Exists(path)) // an exception would take a tenth of the time of --help
        {
            return new Dictionary<string, string?>();
        }

        try
        {
            using var file = File.OpenRead(path);
            using var document = JsonDocument.Parse(file, Options);
            return ValuesOf(document.RootElement);
        }
        catch (FileNotFoundException)
        {
            return new Dictionary<string, string?>();
        }
        catch (JsonException exception)
        {
            throw Wrong($"must be JSON such as {Right}: {exception.Message}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Wrong($"cannot be read: {exception.Message}");
        }
    }

    private static Dictionary<string, string?> ValuesOf(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw Wrong($"must be an object such as {Right}, not {JsonKind.NameOf(root)}");
        }

        var values = root.EnumerateObject()
            .FirstOrDefault(property => property.Name.Equals("Values", StringComparison.OrdinalIgnoreCase)).Value;
        return values.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => [],
            JsonValueKind.Object => SettingsOf(values),
            _ => throw Wrong($"must have an object of strings as Values, such as {Right}, not {JsonKind.NameOf(values)}"),
        };
    }

    private static Dictionary<string, string?> SettingsOf(JsonElement values)
    {
        var faults = values.EnumerateObject()
            .Where(setting => setting.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            .Select(setting => $"{setting.Name} in {Name} must be a string, not {JsonKind.NameOf(setting.Value)}")
            .ToList();
        return faults.Count > 0
            ? throw new SettingsException(faults)
            : values.EnumerateObject().ToDictionary(setting => setting.Name, setting => (string?)setting.Value.ToString());
    }

    private static SettingsException Wrong(string whatIsRight) => new([$"{Name} in this folder {whatIsRight}"]);
}
