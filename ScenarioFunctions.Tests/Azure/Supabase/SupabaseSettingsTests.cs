using Microsoft.Extensions.Configuration;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Supabase;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Azure.Supabase;

public sealed class SupabaseSettingsTests
{
    [Fact]
    public void Right_settings_are_read_with_the_buckets_default()
    {
        var settings = Read("https://abc.supabase.co/", SupabaseKeys.ServiceRole, null);

        Assert.Equal(new Uri("https://abc.supabase.co"), settings.Url);
        Assert.Equal(SupabaseKeys.ServiceRole, settings.ServiceRoleKey);
        Assert.Equal("generated-content", settings.Bucket);
        Assert.Equal(SupabaseKeys.Secret, Read("https://abc.supabase.co", SupabaseKeys.Secret, null).ServiceRoleKey);
        Assert.Equal("other", Read("http://127.0.0.1:54321", SupabaseKeys.ServiceRole, "other").Bucket);
    }

    [Fact]
    public void Missing_settings_are_named_together()
    {
        var error = Assert.Throws<SettingsException>(() => Read(null, " ", null));

        Assert.Collection(
            error.Faults,
            url => Assert.StartsWith("SUPABASE_URL must be set", url, StringComparison.Ordinal),
            key => Assert.StartsWith("SUPABASE_SERVICE_ROLE_KEY must", key, StringComparison.Ordinal));
    }

    [Fact]
    public void A_wrong_URL_is_one_fault() =>
        Assert.Single(Assert.Throws<SettingsException>(() => Read("abc", SupabaseKeys.ServiceRole, null)).Faults);

    [Theory]
    [InlineData("http://abc.supabase.co")]
    [InlineData("http://10.0.0.1:8000")]
    public void The_key_is_sent_over_plain_http_on_this_machine_alone(string url) => Assert.Contains(
        "SUPABASE_URL must start with https://",
        Assert.Single(Assert.Throws<SettingsException>(() => Read(url, SupabaseKeys.ServiceRole, null)).Faults),
        StringComparison.Ordinal);

    [Fact]
    public void The_keys_of_users_tokens_come_over_https_too()
    {
        var reader = new SettingsReader(new ConfigurationBuilder()
            .AddInMemoryCollection([new("SUPABASE_URL", "http://abc.supabase.co")]).Build());

        ServiceSettings.Read(reader, isExposed: false);

        Assert.Contains("https://", Assert.Single(Assert.Throws<SettingsException>(reader.ThrowIfFaulty).Faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sb_publishable_1234567890", "publishable key")]
    [InlineData("eyJhbGci OiJIUzI1NiJ9", "without spaces or line breaks")]
    public void A_key_of_the_wrong_kind_is_refused_with_the_reason_and_never_quoted(string key, string reason)
    {
        var fault = Assert.Single(Assert.Throws<SettingsException>(() => Read("http://localhost", key, null)).Faults);

        Assert.Contains(reason, fault, StringComparison.Ordinal);
        Assert.DoesNotContain(key, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void The_anon_key_is_refused()
    {
        var fault = Assert.Single(
            Assert.Throws<SettingsException>(() => Read("http://localhost", SupabaseKeys.Anon, null)).Faults);

        Assert.Contains("not the anon key", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.b.c")]
    [InlineData("a.W10.c")]
    [InlineData("a.eyJyb2xlIjoxfQ.c")]
    public void A_key_whose_claims_cannot_be_read_is_left_to_Supabase_to_judge(string key) =>
        Assert.Equal(key, Read("http://localhost", key, null).ServiceRoleKey);

    private static SupabaseSettings Read(string? url, string? key, string? bucket)
    {
        var reader = new SettingsReader(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["SUPABASE_URL"] = url,
            ["SUPABASE_SERVICE_ROLE_KEY"] = key,
            ["SUPABASE_BUCKET"] = bucket,
        }).Build());
        var settings = SupabaseSettings.Read(reader);
        reader.ThrowIfFaulty();
        return settings;
    }
}
