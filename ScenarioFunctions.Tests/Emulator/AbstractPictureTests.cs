using ScenarioFunctions.Emulator;
using ScenarioFunctions.Emulator.Pictures;
using SkiaSharp;

namespace ScenarioFunctions.Tests.Emulator;

public sealed class AbstractPictureTests
{
    public static TheoryData<string> Gen4Ratios() => [.. EmulatedModel.Find("gen4_image")!.Ratios];

    [Theory]
    [MemberData(nameof(Gen4Ratios))]
    public void A_picture_has_exactly_the_size_of_its_ratio(string ratio)
    {
        var (width, height) = EmulatedModel.SizeOf(ratio);

        using var image = SKBitmap.Decode(AbstractPicture.Render("A boat", null, width, height));

        Assert.Equal(ratio, $"{image.Width}:{image.Height}");
    }

    [Fact]
    public void The_same_prompt_and_seed_give_the_same_bytes() => Assert.Equal(
        AbstractPicture.Render("A boat", 7, 320, 200), AbstractPicture.Render("A boat", 7, 320, 200));

    [Fact]
    public void Every_prompt_gives_a_picture_of_its_own()
    {
        var pictures = Enumerable.Range(1, 50)
            .Select(i => Convert.ToHexString(AbstractPicture.Render($"Scene {i}: a boat at sea", null, 72, 128)));

        Assert.Equal(50, pictures.Distinct().Count());
    }

    [Fact]
    public void A_picture_has_many_colours()
    {
        for (var i = 0; i < 20; i++)
        {
            using var image = SKBitmap.Decode(AbstractPicture.Render($"Prompt {i}", null, 108, 192));
            Assert.True(image.Pixels.Distinct().Count() > 50, $"Prompt {i} gives a dull picture.");
        }
    }
}
