using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Tests.Core.Runway;

public sealed class ImageRequestRulesTests
{
    private const string Reference = "https://shop.example.com/kettle.png";

    [Theory]
    [InlineData("1080:1920", "1080:1920")]
    [InlineData("1080x1920", "1080:1920")]
    [InlineData("1080 X 1920", "1080:1920")]
    [InlineData("1080*1920", "1080:1920")]
    [InlineData("1080×1920 (9:16)", "1080:1920")]
    [InlineData("9:16", "1080:1920")]
    [InlineData("16:9", "1920:1080")]
    [InlineData("1:1", "1080:1080")]
    [InlineData("4:5", "1080:1440")]
    [InlineData("21:9", "2112:912")]
    [InlineData("720x1280", "720:1280")]
    [InlineData("640x360", "1280:720")]
    [InlineData("2160x3840", "1080:1920")]
    [InlineData("1080p", "1080:1920")]
    [InlineData("720p", "720:1280")]
    [InlineData("1:99999", "720:1280")]
    [InlineData("0:0", "1080:1920")]
    [InlineData("1080:", "1080:1920")]
    [InlineData("123456:654321", "1080:1920")]
    [InlineData("vertical", "1080:1920")]
    [InlineData("", "1080:1920")]
    [InlineData(null, "1080:1920")]
    public void A_resolution_becomes_the_nearest_ratio_of_gen4(string? resolution, string ratio) =>
        Assert.Equal(ratio, Request(Scene(), resolution).Ratio);

    [Theory]
    [InlineData("gpt_image_2", "1080:1920", "1088:1920")]
    [InlineData("gpt_image_2", "1920x1080", "1920:1088")]
    [InlineData("gpt_image_2", "2160x3840", "2160:3840")]
    [InlineData("gemini_2.5_flash", "1080:1920", "768:1344")]
    [InlineData("gemini_2.5_flash", "1:1", "1024:1024")]
    [InlineData("gemini_image3_pro", "2160x3840", "1536:2752")]
    [InlineData("seedream5_lite", "1080:1920", "1600:2848")]
    public void A_resolution_becomes_the_nearest_ratio_of_the_model(string model, string resolution, string ratio)
    {
        var request = Request(Scene(), resolution, model);

        Assert.Equal((model, ratio), (request.Model, request.Ratio));
    }

    [Fact]
    public void A_prompt_within_the_limit_is_sent_whole_and_without_a_note()
    {
        var prompt = new string('x', 1000);

        var plan = ImageRequestRules.Build(Scene($" {prompt}\n"), null, "gen4_image");

        Assert.Equal(prompt, plan.Request!.PromptText);
        Assert.Null(plan.Note);
    }

    [Fact]
    public void A_prompt_over_the_limit_is_cut_at_a_word_with_a_note()
    {
        var words = string.Join(' ', Enumerable.Repeat("kettle", 200));

        var plan = ImageRequestRules.Build(Scene(words), null, "gen4_image");

        Assert.Equal(string.Join(' ', Enumerable.Repeat("kettle", 143)), plan.Request!.PromptText);
        Assert.Equal("The image prompt was cut to 1000 characters: the model takes 1000.", plan.Note);
    }

    [Theory]
    [InlineData("gpt_image_2", 32_000)]
    [InlineData("seedream5_pro", 4_000)]
    [InlineData("gen4_image_turbo", 1_000)]
    public void Each_model_has_its_own_limit(string model, int limit) =>
        Assert.Equal(limit, Request(Scene(new string('x', 40_000), Reference), null, model).PromptText.Length);

    [Theory]
    [InlineData("ab cd ef", 5, "ab cd")]
    [InlineData("ab cd ef", 4, "ab")]
    [InlineData("ab   cd", 4, "ab")]
    [InlineData("abcdef", 4, "abcd")]
    [InlineData("ab😀cd", 3, "ab")]
    [InlineData("ab😀cd", 4, "ab😀")]
    [InlineData("😀", 1, "")]
    public void A_cut_keeps_whole_words_or_at_least_whole_characters(string text, int limit, string cut) =>
        Assert.Equal(cut, PromptText.Cut(text, limit));

    [Fact]
    public void Text_without_spaces_is_cut_at_the_limit_and_not_at_a_space_long_before() =>
        Assert.Equal(1000, PromptText.Cut("商品 " + new string('字', 2000), 1000).Length);

    [Fact]
    public void A_scene_without_a_prompt_cannot_be_made()
    {
        var plan = ImageRequestRules.Build(Scene("  "), null, "gen4_image");

        Assert.Null(plan.Request);
        Assert.NotNull(plan.Note);
    }

    [Theory]
    [InlineData("https://shop.example.com/kettle.png", "https://shop.example.com/kettle.png")]
    [InlineData(" https://shop.example.com:443/a b.png?x=1 ", "https://shop.example.com/a%20b.png?x=1")]
    [InlineData("HTTPS://SHOP.example.com/ä", "https://shop.example.com/%C3%A4")]
    [InlineData("https://bücher.example/a.png", "https://xn--bcher-kva.example/a.png")]
    public void A_reference_that_RunwayML_takes_is_sent(string posted, string sent)
    {
        var plan = ImageRequestRules.Build(Scene(reference: posted), null, "gen4_image");

        Assert.Equal([sent], plan.Request!.ReferenceImages);
        Assert.Null(plan.Note);
    }

    public static TheoryData<string> BadReferences =>
    [
        "http://shop.example.com/kettle.png",
        "https://93.184.216.34/kettle.png",
        "https://[2606:4700::1111]/kettle.png",
        "https://2130706433/kettle.png",
        "https://localhost/kettle.png",
        "https://shop.localhost/kettle.png",
        "https://shop.local/kettle.png",
        "https://metadata.google.internal/",
        "https://shop/kettle.png",
        "https://shop./kettle.png",
        "https://user:password@shop.example.com/kettle.png",
        "https://shop.example.com:8443/kettle.png",
        "https://shop.example.com/" + new string('x', 2048),
        "data:image/png;base64,AAAA",
        "/kettle.png",
        "kettle.png",
        "a red kettle",
    ];

    [Theory]
    [MemberData(nameof(BadReferences))]
    public void A_reference_that_RunwayML_would_refuse_is_left_out_with_a_note(string reference)
    {
        var plan = ImageRequestRules.Build(Scene(reference: reference), null, "gen4_image");

        Assert.Empty(plan.Request!.ReferenceImages);
        Assert.Contains("product reference image was left out", plan.Note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    public void A_scene_without_a_reference_needs_no_note(string? reference)
    {
        var plan = ImageRequestRules.Build(Scene(reference: reference), null, "gen4_image");

        Assert.Empty(plan.Request!.ReferenceImages);
        Assert.Null(plan.Note);
    }

    [Fact]
    public void A_model_that_needs_a_reference_makes_no_scene_without_one()
    {
        var without = ImageRequestRules.Build(Scene(), null, "gen4_image_turbo");
        var with = ImageRequestRules.Build(Scene(reference: Reference), null, "gen4_image_turbo");

        Assert.Null(without.Request);
        Assert.Contains("gen4_image_turbo", without.Note, StringComparison.Ordinal);
        Assert.Equal([Reference], with.Request!.ReferenceImages);
    }

    private static Scene Scene(string prompt = "A red kettle", string? reference = null) =>
        new() { SceneNumber = 2, ImagePrompt = prompt, ProductReferenceImageUrl = reference };

    private static ImageRequest Request(Scene scene, string? resolution, string model = "gen4_image") =>
        ImageRequestRules.Build(scene, resolution, model).Request!;
}
