using FsCheck;
using FsCheck.Fluent;
using ScenarioFunctions.Core.Runway;

namespace ScenarioFunctions.Tests.Core.Runway;

/// <summary>What scenarios say of their size, and how it is read.</summary>
public sealed class ResolutionTextTests
{
    [Theory]
    [InlineData("1080:1920", 1080, 1920)]
    [InlineData("1080x1920", 1080, 1920)]
    [InlineData("1080 X 1920", 1080, 1920)]
    [InlineData("1080*1920", 1080, 1920)]
    [InlineData("1920px by 1080px", 1920, 1080)]
    [InlineData("1,080x1,920", 1080, 1920)]
    [InlineData("1.080x1.920", 1080, 1920)]
    [InlineData("720x1,280", 720, 1280)]
    [InlineData("1080×1920 (9:16)", 1080, 1920)]
    [InlineData("9:16 (720x1280)", 720, 1280)]
    [InlineData("width=1920,height=1080", 1920, 1080)]
    [InlineData("width=1,920,height=1,080", 1920, 1080)]
    [InlineData("{\"height\": 1080, \"width\": 1920}", 1920, 1080)]
    [InlineData("w:1920 h:1080", 1920, 1080)]
    public void Pixels_are_read_in_any_spelling(string text, int width, int height) =>
        Assert.Equal((new ImageSize(width, height), null), ResolutionText.Read(text));

    [Theory]
    [InlineData("16:9", 1920, 1080)]
    [InlineData("16/9", 1920, 1080)]
    [InlineData("16x9", 1920, 1080)]
    [InlineData("9:16 vertical", 1080, 1920)]
    [InlineData("4:5", 1080, 1350)]
    [InlineData("1.91:1", 2063, 1080)]
    [InlineData("1,91:1", 2063, 1080)]
    [InlineData("16:9 720p", 1280, 720)]
    [InlineData("1080p 16:9", 1920, 1080)]
    [InlineData("4k, 16:9", 3840, 2160)]
    [InlineData("full HD 9:16", 1080, 1920)]
    public void A_ratio_has_the_short_side_that_is_said_or_that_of_full_HD(string text, int width, int height) =>
        Assert.Equal((new ImageSize(width, height), null), ResolutionText.Read(text));

    [Theory]
    [InlineData("portrait", 1080, 1920)]
    [InlineData("Vertical", 1080, 1920)]
    [InlineData("Instagram story", 1080, 1920)]
    [InlineData("landscape", 1920, 1080)]
    [InlineData("1080p landscape", 1920, 1080)]
    [InlineData("horizontal 720p", 1280, 720)]
    [InlineData("wide-screen", 1920, 1080)]
    [InlineData("square", 1080, 1080)]
    public void Words_are_read(string text, int width, int height) =>
        Assert.Equal((new ImageSize(width, height), null), ResolutionText.Read(text));

    [Theory]
    [InlineData("720p", 720, 1280, "does not say whether landscape or portrait")]
    [InlineData("HD", 720, 1280, "does not say whether landscape or portrait")]
    [InlineData("4K", 2160, 3840, "does not say whether landscape or portrait")]
    [InlineData("1080", 1080, 1920, "could not be read")]
    [InlineData("best", 1080, 1920, "could not be read")]
    [InlineData("0:0", 1080, 1920, "could not be read")]
    [InlineData("1080:", 1080, 1920, "could not be read")]
    [InlineData("1:99999", 1080, 1920, "could not be read")]
    [InlineData("123456:654321", 1080, 1920, "could not be read")]
    [InlineData("portrait 1920x1080", 1920, 1080, "contradicts itself")]
    [InlineData("portrait or landscape", 1080, 1920, "contradicts itself")]
    [InlineData("9:16, 1920x1080", 1920, 1080, "contradicts itself")]
    public void What_does_not_tell_the_orientation_is_doubted(string text, int width, int height, string doubt)
    {
        var (size, said) = ResolutionText.Read(text);

        Assert.Equal(new ImageSize(width, height), size);
        Assert.Equal($"The resolution \"{text}\" {doubt}.", said);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public void Nothing_said_is_full_HD_upright_without_a_doubt(string? text) =>
        Assert.Equal((ImageSize.Portrait, null), ResolutionText.Read(text));

    [Fact]
    public void Any_text_gives_a_size_that_can_be_made_and_a_short_doubt() => Prop.ForAll(
        ArbMap.Default.ArbFor<string>(), text =>
        {
            var (size, doubt) = ResolutionText.Read(text);
            return size is { Width: > 0, Height: > 0 } && (doubt?.Length ?? 0) < 200;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_text_of_a_megabyte_is_read_at_once()
    {
        var (_, doubt) = ResolutionText.Read("1" + new string(' ', 1024 * 1024) + "x");

        Assert.True(doubt!.Length < 200);
    }
}
