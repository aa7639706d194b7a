using ScenarioFunctions.Local.Cli;

namespace ScenarioFunctions.Tests.Local.Cli;

public sealed class ScenarioRequestTests
{
    [Theory]
    [InlineData("samples/product-showcase.json", "product-showcase")]
    [InlineData("/a/b/My Film (final).v2.json", "My-Film-final-.v2")]
    [InlineData("日本.json", "scenario")]
    [InlineData("-", "scenario")]
    [InlineData(".json", "scenario")]
    public void A_file_name_becomes_a_valid_short_id(string file, string expected) =>
        Assert.Equal(expected, ScenarioRequest.ShortIdOf(file));

    [Fact]
    public void A_long_file_name_is_cut_to_what_the_api_takes() =>
        Assert.Equal(128, ScenarioRequest.ShortIdOf(new string('a', 200) + ".json").Length);
}
