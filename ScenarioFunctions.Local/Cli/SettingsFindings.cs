using ScenarioFunctions.Core;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Local.Hosting;

namespace ScenarioFunctions.Local.Cli;

/// <summary>The settings, for a person.</summary>
/// <param name="Settings">Null when they are wrong.</param>
/// <param name="Shown">Every setting that is set, by name. The value of a secret is not shown.</param>
/// <param name="Findings">What is wrong with them, or that nothing is.</param>
internal sealed record SettingsFindings(
    HostSettings? Settings, IReadOnlyDictionary<string, string> Shown, IReadOnlyList<Finding> Findings)
{
    /// <summary>Settings whose values are no secrets. All others stay hidden, also those that nobody has thought of here.</summary>
    private static readonly string[] Plain =
    [
        "ALLOW_ANONYMOUS", "ALLOW_PRIVATE_CALLBACKS", "ALLOW_PRIVATE_IMAGE_HOSTS", "ALLOWED_HOSTS", "ASPNETCORE_URLS", "CORS_ORIGINS",
        "EMULATOR_CONCURRENCY", "EMULATOR_FAILURE_RATE", "EMULATOR_LATENCY_SECONDS", "IMAGE_CREDITS", "IMAGE_STEP_SECONDS",
        "IMAGE_TIMEOUT_SECONDS", "LOCAL_STARTING_CREDITS", "MAX_OPEN_TASKS_PER_USER", "MAX_PARALLEL_IMAGES", "MAX_POSTS_PER_MINUTE",
        "MAX_REJECTIONS_PER_USER_PER_DAY", "PUBLIC_BASE_URL", "RETENTION_DAYS", "RUNWAYML_BASE_URL", "RUNWAYML_MAX_CREDITS_PER_DAY",
        "RUNWAYML_MAX_CREDITS_PER_TASK", "RUNWAYML_MODEL", "RUNWAYML_PATIENCE_SECONDS", "RUNWAYML_POLL_SECONDS", "RUNWAYML_QUALITY",
        "SCENARIO_DATA_DIR", "SUPABASE_URL",
    ];

    public static SettingsFindings Read(IConfiguration configuration)
    {
        var reader = new SettingsReader(configuration);
        try
        {
            var settings = HostSettings.Read(reader);
            var shown = ShownOf(reader, configuration);
            var text = shown.Count == 0
                ? "None is set, all have their defaults."
                : string.Join(", ", shown.Select(setting => $"{setting.Key} = {setting.Value}"));
            return new SettingsFindings(settings, shown,
            [
                new Finding("settings", FindingStatus.Ok, text),
                .. settings.Warnings.Select(warning => new Finding("settings", FindingStatus.Warning, warning)),
            ]);
        }
        catch (SettingsException wrong)
        {
            return new SettingsFindings(
                null, ShownOf(reader, configuration), [.. wrong.Faults.Select(fault => new Finding("settings", FindingStatus.Fault, fault))]);
        }
    }

    /// <summary>An address may have a password in it, before an @.</summary>
    private static Dictionary<string, string> ShownOf(SettingsReader reader, IConfiguration configuration) => reader.Given.ToDictionary(
        name => name,
        name => Plain.Contains(name) && configuration[name]! is var value && !value.Contains('@', StringComparison.Ordinal)
            ? PlainText.OneLine(value)
            : "set, not shown");
}
