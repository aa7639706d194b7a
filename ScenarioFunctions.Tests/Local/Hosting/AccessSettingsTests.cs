using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Hosting;
using ScenarioFunctions.Local.Hosting;
using ScenarioFunctions.Tests.Azure;

namespace ScenarioFunctions.Tests.Local.Hosting;

/// <summary>A door is never open by mistake: both hosts refuse to start on a missing, blank, short or unresolved key.</summary>
public sealed class AccessSettingsTests
{
    private const string Long = "0123456789abcdef01234567";
    private const string Unresolved = "@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/k)";

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("a", null)]
    [InlineData(Long, null)]
    [InlineData("   ", "must not be blank")]
    [InlineData(Unresolved, "was not resolved")]
    public void On_loopback_a_key_may_be_short_or_missing_but_no_mistake(string? key, string? fault) =>
        AssertFault(fault, LocalFaults(("PUBLIC_BASE_URL", "http://localhost:7071"), ("API_KEY", key)));

    [Theory]
    [InlineData(null, "at least 24 characters")]
    [InlineData("a", "at least 24 characters")]
    [InlineData("0123456789abcdef0123456", "at least 24 characters")]
    [InlineData(Long + ",short", "at least 24 characters")]
    [InlineData(Long + "," + Long + "2", null)]
    [InlineData("   ", "must not be blank")]
    [InlineData(Unresolved, "was not resolved")]
    [InlineData(Long, null)]
    public void Where_other_machines_can_come_in_a_long_key_is_needed(string? key, string? fault)
    {
        foreach (var urls in new[] { "http://0.0.0.0:7071", "http://*:7071", "http://+:80", "http://[::]:7071", "http://10.1.2.3:7071", "http://localhost:1;http://0.0.0.0:2" })
        {
            AssertFault(fault, LocalFaults(("ASPNETCORE_URLS", urls), ("API_KEY", key)));
        }

        AssertFault(fault, LocalFaults(("PUBLIC_BASE_URL", "https://scenarios.example.com"), ("API_KEY", key)));
        AssertFault(fault, LocalFaults(("ALLOWED_HOSTS", "scenarios.example.com"), ("API_KEY", key)));
        AssertFault(fault, AzureFaults(("API_KEY", key)));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", null)]
    [InlineData("whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz, whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", null)]
    [InlineData("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", "must be whsec_")]
    [InlineData("whsec_MDEyMzQ1Njc4OTAx", "24 to 64 bytes")]
    [InlineData("whsec_not base64", "must be whsec_")]
    [InlineData("   ", "must not be blank")]
    [InlineData(Unresolved, "was not resolved")]
    public void A_webhook_secret_is_one_that_receivers_can_use(string? secret, string? fault)
    {
        AssertFault(fault, LocalFaults(("WEBHOOK_SECRET", secret)));
        AssertFault(fault, AzureFaults(("API_KEY", Long), ("WEBHOOK_SECRET", secret)));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("a", null)]
    [InlineData("   ", "must not be blank")]
    [InlineData(Unresolved, "was not resolved")]
    public void An_owner_may_open_the_door_on_purpose(string? key, string? fault)
    {
        AssertFault(fault, LocalFaults(("ASPNETCORE_URLS", "http://0.0.0.0:1"), ("API_KEY", key), ("ALLOW_ANONYMOUS", "true")));
        AssertFault(fault, AzureFaults(("API_KEY", key), ("ALLOW_ANONYMOUS", "true")));
    }

    [Theory]
    [InlineData("RUNWAYML_API_SECRET")]
    [InlineData("SUPABASE_SERVICE_ROLE_KEY")]
    public void No_other_secret_may_be_blank_or_unresolved(string name)
    {
        Assert.Contains($"{name} must not be blank", AzureFaults((name, "  ")), StringComparison.Ordinal);
        var unresolved = AzureFaults((name, Unresolved));
        Assert.Contains($"{name} is a Key Vault reference that was not resolved", unresolved, StringComparison.Ordinal);
        Assert.DoesNotContain("vault.azure.net", unresolved, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_flag_is_told() =>
        Assert.Contains("ALLOW_ANONYMOUS must be true or false, not 'yes'", AzureFaults(("ALLOW_ANONYMOUS", "yes")), StringComparison.Ordinal);

    private static void AssertFault(string? expected, string faults)
    {
        if (expected is null)
        {
            Assert.Equal("", faults);
        }
        else
        {
            Assert.Contains(expected, faults, StringComparison.Ordinal);
        }
    }

    private static string LocalFaults(params (string Name, string? Value)[] settings) =>
        FaultsOf(() => HostSettings.Read(Configuration([], settings)));

    private static string AzureFaults(params (string Name, string? Value)[] settings) =>
        FaultsOf(() => new ServiceCollection().AddSaveScenarioService(Configuration(TestSettings.Complete, settings)));

    private static string FaultsOf(Action start)
    {
        try
        {
            start();
            return "";
        }
        catch (SettingsException exception)
        {
            return exception.Message;
        }
    }

    private static IConfiguration Configuration(Dictionary<string, string?> values, (string Name, string? Value)[] settings)
    {
        foreach (var (name, value) in settings)
        {
            values[name] = value;
        }

        return new ConfigurationBuilder().AddInMemoryCollection(values).Build();
    }
}
