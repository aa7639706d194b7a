using ScenarioFunctions.Core.Settings;
using ScenarioFunctions.Local.Hosting;
using ScenarioFunctions.Tests.Infrastructure;

namespace ScenarioFunctions.Tests.Local.Hosting;

public sealed class LocalSettingsFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Values_are_settings_by_name_whatever_else_the_file_holds()
    {
        var settings = Read("""
            {
              "IsEncrypted": false, // as Functions writes it
              "Values": { "API_KEY": "k", "IMAGE_CREDITS": 3, "PUBLIC_BASE_URL": null, },
              "Host": { "CORS": "*" }
            }
            """);

        Assert.Equal([("API_KEY", "k"), ("IMAGE_CREDITS", "3"), ("PUBLIC_BASE_URL", "")], settings);
    }

    [Fact]
    public void A_byte_order_mark_and_another_case_of_Values_do_no_harm() =>
        Assert.Equal([("API_KEY", "k")], Read("\uFEFF{\"values\": {\"API_KEY\": \"k\"}}"));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"Values": null}""")]
    [InlineData(null)]
    public void Without_Values_or_without_the_file_there_are_no_settings(string? json) => Assert.Empty(Read(json));

    [Theory]
    [InlineData("", "must be JSON such as {\"Values\": {\"API_KEY\": \"…\"}}:")]
    [InlineData("{\"Values\": {\"API_KEY\"}}", "must be JSON such as {\"Values\": {\"API_KEY\": \"…\"}}:")]
    [InlineData("{\"Values\": {\"API_KEY\": \"a\", \"API_KEY\": \"b\"}}", "API_KEY")]
    [InlineData("[1]", "in this folder must be an object such as {\"Values\": {\"API_KEY\": \"…\"}}, not an array")]
    [InlineData("{\"Values\": [1]}", "must have an object of strings as Values, such as {\"Values\": {\"API_KEY\": \"…\"}}, not an array")]
    [InlineData("{\"Values\": \"API_KEY=a\"}", "must have an object of strings as Values, such as {\"Values\": {\"API_KEY\": \"…\"}}, not a string")]
    [InlineData("{\"Values\": {\"API_KEY\": {\"a\": 1}}}", "API_KEY in local.settings.json must be a string, not an object")]
    [InlineData("{\"Values\": {\"API_KEY\": []}}", "API_KEY in local.settings.json must be a string, not an array")]
    public void A_file_of_another_shape_is_refused_and_what_is_right_is_said(string json, string fault)
    {
        var exception = Assert.Throws<SettingsException>(() => Read(json));
        Assert.Contains(fault, Assert.Single(exception.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_setting_that_is_no_string_is_named_at_once_and_no_value_is_told()
    {
        var exception = Assert.Throws<SettingsException>(() => Read(
            """{"Values": {"API_KEY": {"a": "s3cret"}, "SUPABASE_URL": "ok", "RUNWAYML_API_SECRET": ["s3cret"]}}"""));

        Assert.Equal(2, exception.Faults.Count);
        Assert.DoesNotContain("s3cret", exception.Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private IEnumerable<(string, string?)> Read(string? json)
    {
        if (json is not null)
        {
            File.WriteAllText(folder.File(LocalSettingsFile.Name), json);
        }

        return LocalSettingsFile.Read(folder.Path).Select(setting => (setting.Key, setting.Value));
    }
}
