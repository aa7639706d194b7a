using Microsoft.Extensions.Configuration;
using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Local.Hosting;

namespace ScenarioFunctions.Tests.Local.Hosting;

/// <summary>Settings that would have no effect, without a word.</summary>
public sealed class MisspeltSettingsTests
{
    [Theory]
    [InlineData("IMAGE_CREDIT", "IMAGE_CREDITS")]
    [InlineData("Api_Kye", "API_KEY")]
    [InlineData("RUNWAYML-API-SECRET", "RUNWAYML_API_SECRET")]
    [InlineData("RUNWAYML_APIKEY", "RUNWAYML_API_SECRET")]
    [InlineData("RUNWAYML_MAX_CREDIT_PER_DAY", "RUNWAYML_MAX_CREDITS_PER_DAY")]
    [InlineData("ASPNETCORE_URL", "ASPNETCORE_URLS")]
    public void A_name_that_looks_like_a_setting_is_told(string written, string meant) => Assert.Equal(
        [$"{written} is not a setting of this service and has no effect. Did you mean {meant}?"],
        WarningsOf((written, "s3cret")));

    [Theory]
    [InlineData("image_credits")] // .NET's settings have no case
    [InlineData("AzureWebJobsStorage")]
    [InlineData("FUNCTIONS_WORKER_RUNTIME")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG")]
    [InlineData("SUPABASE_BUCKET")]
    [InlineData("DATABASE_URL")]
    [InlineData("DOTNET_ENVIRONMENT")]
    public void A_setting_and_the_name_of_another_program_are_not(string name) => Assert.Empty(WarningsOf((name, "1")));

    [Fact]
    public void A_name_without_a_value_or_beside_the_right_one_is_not_told() =>
        Assert.Empty(WarningsOf(("IMAGE_CREDIT", ""), ("APP_KEY", "1"), ("API_KEY", "2")));

    [Fact]
    public void A_start_that_fails_tells_it_as_it_may_be_why()
    {
        var wrong = Assert.Throws<SettingsException>(() => WarningsOf(("ASPNETCORE_URLS", "http://*:7071"), ("API_KYE", new string('k', 24))));

        Assert.Contains("Did you mean API_KEY?", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_address_of_RunwayML_without_its_key_is_told() =>
        Assert.Contains("without RUNWAYML_API_SECRET", Assert.Single(WarningsOf(("RUNWAYML_BASE_URL", "https://api.dev.runwayml.com"))), StringComparison.Ordinal);

    [Fact]
    public void Settings_that_are_meant_so_have_no_warning()
    {
        Assert.Empty(WarningsOf());
        Assert.Empty(WarningsOf(("RUNWAYML_BASE_URL", "https://api.dev.runwayml.com"), ("RUNWAYML_API_SECRET", "key_1")));
    }

    private static IReadOnlyList<string> WarningsOf(params (string Name, string? Value)[] settings) => HostSettings.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value))).Build()).Warnings;
}
