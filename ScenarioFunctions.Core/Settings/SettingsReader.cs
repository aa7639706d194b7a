using System.Globalization;
using System.Numerics;
using Microsoft.Extensions.Configuration;
using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Core.Settings;

/// <summary>
/// Reads settings by name and collects every fault, so that one message lists them all. An empty value counts as not set. A
/// fault never quotes the value of a secret.
/// </summary>
public sealed class SettingsReader(IConfiguration configuration)
{
    /// <summary>What others call RunwayML's key.</summary>
    private static readonly string[] RunwayKeys = ["runwaymlapikey", "runwayapikey", "runwaymlkey", "runwaykey", "runwayapisecret", "runwaymlsecret"];

    private readonly List<string> faults = [];
    private readonly SortedSet<string> given = new(StringComparer.Ordinal);
    private readonly SortedSet<string> asked = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The names of the settings that were read and are set.</summary>
    public IReadOnlyCollection<string> Given => given;

    /// <summary>Says which names that nothing has read look like a setting that is not set.</summary>
    public IReadOnlyList<string> Misspelt()
    {
        var unset = new Dictionary<string, string>(); // by what is compared
        foreach (var name in asked)
        {
            if (!given.Contains(name))
            {
                unset[FieldNames.Plain(name)] = name;
            }
        }

        var told = new List<string>();
        foreach (var (name, value) in configuration.AsEnumerable()) // no query: its generic code would be compiled at each start
        {
            if (!asked.Contains(name) && !string.IsNullOrWhiteSpace(value) && Meant(FieldNames.Plain(name), unset) is { } meant)
            {
                told.Add($"{name} is not a setting of this service and has no effect. Did you mean {meant}?");
            }
        }

        told.Sort(StringComparer.Ordinal);
        return told;
    }

    public string? Text(string name)
    {
        asked.Add(name);
        if (string.IsNullOrWhiteSpace(configuration[name]))
        {
            return null;
        }

        given.Add(name);
        return configuration[name]!.Trim();
    }

    /// <summary>A key or password. Blanks or an unresolved reference are a fault: they would open the API or fail later.</summary>
    public string? Secret(string name)
    {
        asked.Add(name);
        if (string.IsNullOrEmpty(configuration[name]))
        {
            return null;
        }

        if (Text(name) is not { } secret)
        {
            Fault(name, "must not be blank: set it, or remove the setting");
            return null;
        }

        if (secret.StartsWith("@Microsoft.KeyVault(", StringComparison.OrdinalIgnoreCase))
        {
            Fault(name, "is a Key Vault reference that was not resolved: check that the secret exists and that the app's identity may read it");
            return null;
        }

        return secret;
    }

    public bool Flag(string name)
    {
        if (Text(name) is not { } text)
        {
            return false;
        }

        if (bool.TryParse(text, out var value))
        {
            return value;
        }

        Fault(name, $"must be true or false, not '{text}'");
        return false;
    }

    public string Text(string name, string fallback) => Text(name) ?? fallback;

    public int WholeNumber(string name, int fallback, int min, int max) =>
        Number(name, fallback, min, max, NumberStyles.Integer, $"a whole number from {min} to {max}");

    public double Number(string name, double fallback, double min, double max) => Number(
        name, fallback, min, max, NumberStyles.Float,
        string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}, with a point for decimals"));

    public TimeSpan Seconds(string name, double fallback, double min, double max) =>
        TimeSpan.FromSeconds(Number(name, fallback, min, max));

    /// <summary>A list separated by commas, semicolons or white space.</summary>
    public IReadOnlyList<string> Names(string name) =>
        Text(name)?.Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    /// <summary>Origins as browsers send them, separated like <see cref="Names"/>.</summary>
    public IReadOnlyList<string> Origins(string name)
    {
        var origins = new List<string>();
        foreach (var text in Names(name))
        {
            if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
                && url is { PathAndQuery: "/", Fragment: "", UserInfo: "" } && !text.Contains('*', StringComparison.Ordinal))
            {
                origins.Add(url.GetLeftPart(UriPartial.Authority));
            }
            else
            {
                Fault(name, $"must be exact origins such as https://app.example.com, with no path and no *, not '{text}'");
            }
        }

        return origins;
    }

    /// <summary>An absolute http or https URL without a query; a trailing slash is removed.</summary>
    public Uri? HttpUrl(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var url)
            && url.Scheme is "http" or "https" && url is { Query: "", Fragment: "", UserInfo: "" })
        {
            return url;
        }

        Fault(name, "must be a URL such as https://example.com, with no query and no user name in it");
        return null;
    }

    /// <summary>Like <see cref="HttpUrl"/>, for an address that keys are sent to or read from: https, unless it is this machine.</summary>
    public Uri? KeyedUrl(string name)
    {
        var url = HttpUrl(name);
        if (url is { Scheme: "http", IsLoopback: false })
        {
            Fault(name, "must start with https://, as keys are sent there; http is only allowed for this machine, such as http://127.0.0.1:54321");
        }

        return url;
    }

    /// <summary>Adds a fault that the caller found. Only the first fault of a setting is reported.</summary>
    public void Fault(string name, string whatIsRight)
    {
        if (!faults.Any(fault => fault.StartsWith($"{name} ", StringComparison.Ordinal)))
        {
            faults.Add(PlainText.OneLine($"{name} {whatIsRight}"));
        }
    }

    /// <exception cref="SettingsException">There was a fault.</exception>
    public void ThrowIfFaulty()
    {
        if (faults.Count > 0)
        {
            throw new SettingsException([.. faults, .. Misspelt()]);
        }
    }

    private static string? Meant(string written, Dictionary<string, string> unset)
    {
        foreach (var (plain, name) in unset)
        {
            if (Spelling.IsSlip(written, plain) || (name == "RUNWAYML_API_SECRET" && RunwayKeys.Contains(written)))
            {
                return name;
            }
        }

        return null;
    }

    private T Number<T>(string name, T fallback, T min, T max, NumberStyles style, string whatIsRight)
        where T : INumber<T>
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        if (T.TryParse(text, style, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
        {
            return value;
        }

        Fault(name, $"must be {whatIsRight}, not '{text}'");
        return fallback;
    }
}

/// <summary>The service cannot start with these settings; the message names each wrong one and says what is right.</summary>
public sealed class SettingsException(IReadOnlyList<string> faults)
    : Exception("The settings are wrong:" + string.Concat(faults.Select(fault => $"{Environment.NewLine}  - {fault}")))
{
    public IReadOnlyList<string> Faults { get; } = faults;
}
