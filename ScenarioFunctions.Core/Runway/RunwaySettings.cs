using ScenarioFunctions.Core.Settings;

namespace ScenarioFunctions.Core.Runway;

/// <summary>How to reach RunwayML.</summary>
public sealed record RunwaySettings
{
    public static readonly Uri DefaultBaseUrl = new("https://api.dev.runwayml.com");

    /// <summary>
    /// <c>RUNWAYML_API_SECRET</c>: one, or several separated by commas; null means that images cannot be made. Never logged.
    /// </summary>
    public string? ApiSecret
    {
        get;
        init
        {
            field = value;
            Secrets = new KeyRing("RUNWAYML_API_SECRET", value ?? "");
        }
    }

    /// <summary>The secret in use, and those that may follow it.</summary>
    public KeyRing Secrets { get; private init; } = new("RUNWAYML_API_SECRET", "");

    /// <summary><c>RUNWAYML_BASE_URL</c>, without a trailing slash.</summary>
    public Uri BaseUrl { get; init; } = DefaultBaseUrl;

    /// <summary><c>RUNWAYML_MODEL</c>, default <c>gen4_image</c>. A model with unknown rules is used with a warning.</summary>
    public string Model { get; init; } = "gen4_image";

    /// <summary>
    /// <c>RUNWAYML_QUALITY</c>, such as <c>low</c>, for models that have it: their prices differ widely. Null, the default, is
    /// the model's own.
    /// </summary>
    public string? Quality { get; init; }

    /// <summary><c>RUNWAYML_POLL_SECONDS</c>, default 5 (RunwayML's minimum); with the emulator an eighth of its latency, 0.02 to 0.25.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary><c>RUNWAYML_PATIENCE_SECONDS</c>, default 300: how long an order is retried while RunwayML is unavailable.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>For estimates: how long an image usually takes. The emulator's is set.</summary>
    public TimeSpan UsualImageTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether the host's own emulator makes the images, so that nothing is billed.</summary>
    public bool IsEmulator { get; init; }

    /// <summary><c>ALLOW_PRIVATE_IMAGE_HOSTS</c>: images may be fetched from private networks and over plain http.</summary>
    public bool AllowPrivateImageHosts { get; init; }

    /// <summary><c>RUNWAYML_MAX_CREDITS_PER_TASK</c>, in RunwayML credits; null, the default, is no limit.</summary>
    public int? MaxCreditsPerTask { get; init; }

    /// <summary><c>RUNWAYML_MAX_CREDITS_PER_DAY</c>, for all tasks in the last 24 hours; null, the default, is no limit.</summary>
    public int? MaxCreditsPerDay { get; init; }

    public static RunwaySettings Read(SettingsReader reader)
    {
        var unset = new RunwaySettings();
        return new RunwaySettings
        {
            ApiSecret = reader.Secret("RUNWAYML_API_SECRET"),
            BaseUrl = reader.KeyedUrl("RUNWAYML_BASE_URL") ?? unset.BaseUrl,
            Model = reader.Text("RUNWAYML_MODEL", unset.Model),
            Quality = ReadQuality(reader, reader.Text("RUNWAYML_MODEL", unset.Model)),
            PollInterval = reader.Seconds("RUNWAYML_POLL_SECONDS", unset.PollInterval.TotalSeconds, 0.05, 60),
            Patience = reader.Seconds("RUNWAYML_PATIENCE_SECONDS", unset.Patience.TotalSeconds, 0, 86_400),
            AllowPrivateImageHosts = reader.Flag("ALLOW_PRIVATE_IMAGE_HOSTS"),
            MaxCreditsPerTask = Limit(reader, "RUNWAYML_MAX_CREDITS_PER_TASK"),
            MaxCreditsPerDay = Limit(reader, "RUNWAYML_MAX_CREDITS_PER_DAY"),
        };
    }

    private static string? ReadQuality(SettingsReader reader, string model)
    {
        var quality = reader.Text("RUNWAYML_QUALITY");
        if (quality is not null && ImageModel.Named(model).Qualities is { } taken && !taken.Contains(quality))
        {
            reader.Fault("RUNWAYML_QUALITY", taken.Count == 0
                ? $"must be left out: the model {model} has no quality"
                : $"must be one of {string.Join(", ", taken)} for the model {model}");
        }

        return quality;
    }

    private static int? Limit(SettingsReader reader, string name) =>
        reader.Text(name) is null ? null : reader.WholeNumber(name, 1, 1, int.MaxValue);

    /// <summary>Without the secret, so that it cannot get into logs.</summary>
    public override string ToString() => $"RunwayML {Model} at {BaseUrl}";
}
