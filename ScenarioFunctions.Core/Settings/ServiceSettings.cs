namespace ScenarioFunctions.Core.Settings;

/// <summary>The settings that both hosts share.</summary>
public sealed record ServiceSettings
{
    /// <summary>
    /// A greater <see cref="ImageStepBudget"/> does not count. What a step begins at its end takes minutes too, and Azure ends a function
    /// after 10 minutes, and the whole worker with it: see docs/azure.md.
    /// </summary>
    public static readonly TimeSpan MaxImageStepBudget = TimeSpan.FromMinutes(4);

    private const int MinKeyLength = 24;

    /// <summary>
    /// <c>API_KEY</c>: acts for all users. One key, or several separated by commas, all of them valid while callers change to the
    /// next. Without it and <see cref="UserTokens"/> the API is open.
    /// </summary>
    public string? ApiKey { get; init; }

    /// <summary><c>ALLOW_ANONYMOUS</c>: without an <c>API_KEY</c>, callers without a token may act for all users.</summary>
    public bool AllowAnonymous { get; init; }

    /// <summary>The project whose users' tokens are accepted; null for none.</summary>
    public UserTokenSettings? UserTokens { get; init; }

    /// <summary>
    /// <c>ALLOWED_HOSTS</c>, separated by commas or semicolons: host names that the service accepts besides the loopback names and
    /// the one in <c>PUBLIC_BASE_URL</c>. <c>*.example.com</c> means every name below it, <c>*</c> means all.
    /// </summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary><c>CORS_ORIGINS</c>: exact origins, such as <c>https://app.example.com</c>, whose pages may call the API; none unless set.</summary>
    public IReadOnlyList<string> CorsOrigins { get; init; } = [];

    /// <summary>
    /// <c>WEBHOOK_SECRET</c>: signs webhooks. One secret of Standard Webhooks, or several separated by commas, which all sign while
    /// receivers change to the next. Null: no <c>callback_url</c> is accepted.
    /// </summary>
    public string? WebhookSecret { get; init; }

    /// <summary><c>ALLOW_PRIVATE_CALLBACKS</c>: webhooks may go to private networks and over plain http, for development.</summary>
    public bool AllowPrivateCallbacks { get; init; }

    /// <summary><c>IMAGE_CREDITS</c>, default 2: the price of one image.</summary>
    public int CreditsPerImage { get; init; } = 2;

    /// <summary><c>MAX_PARALLEL_IMAGES</c>, default 20: per task.</summary>
    public int MaxParallelImages { get; init; } = 20;

    /// <summary><c>PUBLIC_BASE_URL</c>: the public address that links begin with; null for the address of the request.</summary>
    public Uri? PublicBaseUrl { get; init; }

    /// <summary><c>IMAGE_STEP_SECONDS</c>, default 240, which is the most that counts: how long one run of the image step waits.</summary>
    public TimeSpan ImageStepBudget { get; init; } = MaxImageStepBudget;

    /// <summary><c>IMAGE_TIMEOUT_SECONDS</c>, default 1800: how long a scene waits for its image in total.</summary>
    public TimeSpan ImageTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// <c>MAX_REJECTIONS_PER_USER_PER_DAY</c>, default 20: a user with so many rejected images in 24 hours can order no more. 0 is
    /// no limit.
    /// </summary>
    public int MaxRejectionsPerUserPerDay { get; init; } = 20;

    /// <summary><c>RETENTION_DAYS</c>, default 30: how long ended tasks are kept. Null, set as 0, keeps them forever.</summary>
    public TimeSpan? Retention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>
    /// <c>MAX_OPEN_TASKS_PER_USER</c>: how many tasks of a user may be open. Null when not set: then the limit is 20 for a
    /// user with a token, and there is none for the service's key. 0 is no limit.
    /// </summary>
    public int? MaxOpenTasksPerUser { get; init; }

    /// <summary><c>MAX_POSTS_PER_MINUTE</c>, per user: like <see cref="MaxOpenTasksPerUser"/>, but with a default of 60.</summary>
    public int? MaxPostsPerMinute { get; init; }

    /// <summary>The secrets of signatures, shared by all instances: the first signs, each is accepted. None means a random one of this process.</summary>
    public IReadOnlyList<string> SigningSecrets { get; init; } = [];

    /// <summary>
    /// Azure's front end is the only way in: it adds the caller's address to <c>X-Forwarded-For</c>, as the last one.
    /// </summary>
    public bool IsBehindAzure { get; init; }

    /// <param name="reader">Gathers the faults.</param>
    /// <param name="isExposed">Other machines can reach the host, so it does not start without a long key.</param>
    public static ServiceSettings Read(SettingsReader reader, bool isExposed)
    {
        var unset = new ServiceSettings();
        var settings = unset with
        {
            ApiKey = reader.Secret("API_KEY"),
            AllowAnonymous = reader.Flag("ALLOW_ANONYMOUS"),
            UserTokens = UserTokenSettings.Read(reader),
            AllowedHosts = reader.Names("ALLOWED_HOSTS"),
            CorsOrigins = reader.Origins("CORS_ORIGINS"),
            WebhookSecret = WebhookSecretIn(reader),
            AllowPrivateCallbacks = reader.Flag("ALLOW_PRIVATE_CALLBACKS"),
            CreditsPerImage = reader.WholeNumber("IMAGE_CREDITS", unset.CreditsPerImage, 0, 10_000),
            MaxParallelImages = reader.WholeNumber("MAX_PARALLEL_IMAGES", unset.MaxParallelImages, 1, 100),
            PublicBaseUrl = reader.HttpUrl("PUBLIC_BASE_URL"),
            ImageStepBudget = TimeSpan.FromSeconds(Math.Min(
                reader.Seconds("IMAGE_STEP_SECONDS", unset.ImageStepBudget.TotalSeconds, 0.1, 540).TotalSeconds, MaxImageStepBudget.TotalSeconds)),
            ImageTimeout = reader.Seconds("IMAGE_TIMEOUT_SECONDS", unset.ImageTimeout.TotalSeconds, 0.1, 86_400),
            MaxRejectionsPerUserPerDay = reader.WholeNumber(
                "MAX_REJECTIONS_PER_USER_PER_DAY", unset.MaxRejectionsPerUserPerDay, 0, 1_000_000),
            Retention = reader.WholeNumber("RETENTION_DAYS", unset.Retention!.Value.Days, 0, 36_500) is > 0 and var days
                ? TimeSpan.FromDays(days)
                : null,
            MaxOpenTasksPerUser = Limit(reader, "MAX_OPEN_TASKS_PER_USER"),
            MaxPostsPerMinute = Limit(reader, "MAX_POSTS_PER_MINUTE"),
        };
        settings = settings with { SigningSecrets = SigningSecretsOf(settings, reader) };

        // Whoever names another host than this machine has a proxy in front, which other machines can reach.
        isExposed |= settings.PublicBaseUrl is { IsLoopback: false } || settings.AllowedHosts.Count > 0;
        if (isExposed && !settings.AllowAnonymous && !settings.IsClosed(reader))
        {
            reader.Fault("API_KEY", $"must have at least {MinKeyLength} characters, as other machines can reach this server. "
                + "'openssl rand -hex 24' makes one. ALLOW_ANONYMOUS=true starts the server anyway, open to everyone or with a short key");
        }

        return settings;
    }

    private static string[] SigningSecretsOf(ServiceSettings settings, SettingsReader reader)
    {
        if (settings.ApiKey is null && settings.UserTokens?.Secret is { } secret)
        {
            return [secret];
        }

        var keys = settings.ApiKey ?? reader.Text("SUPABASE_SERVICE_ROLE_KEY");
        return keys is null ? [] : KeyRing.Split(keys);
    }

    private static string? WebhookSecretIn(SettingsReader reader)
    {
        const string Name = "WEBHOOK_SECRET";
        var text = reader.Secret(Name);
        if (text is not null && !KeyRing.Split(text).All(IsWebhookSecret))
        {
            reader.Fault(Name, "must be whsec_ followed by 24 to 64 bytes in base64, or several of these separated by commas. "
                + "'echo whsec_$(openssl rand -base64 32)' makes one");
        }

        return text;
    }

    private static bool IsWebhookSecret(string text)
    {
        const string Prefix = "whsec_";
        Span<byte> secret = stackalloc byte[64];
        return text.StartsWith(Prefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(text[Prefix.Length..], secret, out var length) && length >= 24;
    }

    private static int? Limit(SettingsReader reader, string name) =>
        reader.Text(name) is null ? null : reader.WholeNumber(name, 0, 0, 1_000_000);

    /// <summary>
    /// A long key is set, or there is no key and users' tokens are required on purpose. SUPABASE_URL alone is no sign of purpose:
    /// on Azure it is always set, for the database.
    /// </summary>
    private bool IsClosed(SettingsReader reader) =>
        ApiKey is null ? reader.Text("SUPABASE_JWT_SECRET") is not null : KeyRing.Split(ApiKey).All(key => key.Length >= MinKeyLength);
}

/// <summary>The Supabase project whose users' tokens are accepted.</summary>
/// <param name="SupabaseUrl"><c>SUPABASE_URL</c>, without a trailing slash.</param>
/// <param name="Secret"><c>SUPABASE_JWT_SECRET</c>: the shared key of HS256 tokens; null when the project has none. Never logged.</param>
public sealed record UserTokenSettings(Uri SupabaseUrl, string? Secret)
{
    private const int MinSecretLength = 32;

    public string Issuer => $"{SupabaseUrl.AbsoluteUri.TrimEnd('/')}/auth/v1";

    /// <summary>The public keys for tokens with other algorithms than HS256.</summary>
    public Uri KeysUrl => new($"{Issuer}/.well-known/jwks.json");

    public override string ToString() => $"users of {Issuer}";

    internal static UserTokenSettings? Read(SettingsReader reader)
    {
        var url = reader.KeyedUrl("SUPABASE_URL");
        var secret = reader.Secret("SUPABASE_JWT_SECRET");
        if (secret is not null && secret.Length < MinSecretLength)
        {
            reader.Fault("SUPABASE_JWT_SECRET", $"must be the project's JWT secret, of {MinSecretLength} characters or more");
        }

        if (secret is not null && reader.Text("SUPABASE_URL") is null)
        {
            reader.Fault("SUPABASE_URL", "must be set to the project's URL when SUPABASE_JWT_SECRET is set, as tokens name it as their issuer");
        }

        return url is null ? null : new UserTokenSettings(url, secret);
    }
}
