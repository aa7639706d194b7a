namespace ScenarioFunctions.Core.Settings;

/// <summary>The settings that both hosts share.</summary>
public sealed record ServiceSettings
{
    private const int MinKeyLength = 24;

    /// <summary><c>API_KEY</c>; null leaves the API open.</summary>
    public string? ApiKey { get; init; }

    /// <summary>
    /// <c>ALLOWED_HOSTS</c>, separated by commas or semicolons: names that the service is called by, besides the loopback
    /// names and <c>PUBLIC_BASE_URL</c>'s. <c>*.example.com</c> stands for every name below it, <c>*</c> for all.
    /// </summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary><c>IMAGE_CREDITS</c>, 2 unless set: what one image costs.</summary>
    public int CreditsPerImage { get; init; } = 2;

    /// <summary><c>MAX_PARALLEL_IMAGES</c>, 20 unless set: per task.</summary>
    public int MaxParallelImages { get; init; } = 20;

    /// <summary><c>PUBLIC_BASE_URL</c>: where the embedded host's images are reached from outside; null for its own address.</summary>
    public Uri? PublicBaseUrl { get; init; }

    /// <summary><c>IMAGE_STEP_SECONDS</c>, 240 unless set: how long one run of the image step waits.</summary>
    public TimeSpan ImageStepBudget { get; init; } = TimeSpan.FromMinutes(4);

    /// <summary><c>IMAGE_TIMEOUT_SECONDS</c>, 1800 unless set: how long a scene waits for its image in all.</summary>
    public TimeSpan ImageTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <param name="reader">Gathers the faults.</param>
    /// <param name="isExposed">Other machines can reach the host, so it does not start without a long key.</param>
    public static ServiceSettings Read(SettingsReader reader, bool isExposed)
    {
        var unset = new ServiceSettings();
        var settings = unset with
        {
            ApiKey = reader.Secret("API_KEY"),
            AllowedHosts = reader.Names("ALLOWED_HOSTS"),
            CreditsPerImage = reader.WholeNumber("IMAGE_CREDITS", unset.CreditsPerImage, 0, 10_000),
            MaxParallelImages = reader.WholeNumber("MAX_PARALLEL_IMAGES", unset.MaxParallelImages, 1, 100),
            PublicBaseUrl = reader.HttpUrl("PUBLIC_BASE_URL"),
            ImageStepBudget = reader.Seconds("IMAGE_STEP_SECONDS", unset.ImageStepBudget.TotalSeconds, 0.1, 540),
            ImageTimeout = reader.Seconds("IMAGE_TIMEOUT_SECONDS", unset.ImageTimeout.TotalSeconds, 0.1, 86_400),
        };
        if (isExposed & !reader.Flag("ALLOW_ANONYMOUS") && !(settings.ApiKey?.Length >= MinKeyLength))
        {
            reader.Fault("API_KEY", $"must have at least {MinKeyLength} characters, as other machines can reach this server. "
                + "'openssl rand -hex 24' makes one. ALLOW_ANONYMOUS=true starts it all the same, open to everyone or with a short key");
        }

        return settings;
    }
}
