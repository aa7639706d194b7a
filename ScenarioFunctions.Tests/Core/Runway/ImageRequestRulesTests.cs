using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Tests.Core.Runway;

public sealed class ImageRequestRulesTests
{
    private const string Reference = "https://shop.example.com/kettle.png";

    [Theory]
    [InlineData("9:16", "1080:1920")]
    [InlineData("16:9", "1920:1080")]
    [InlineData("1:1", "1080:1080")]
    [InlineData("4:5", "1080:1440")]
    [InlineData("21:9", "2112:912")]
    [InlineData("720x1280", "720:1280")]
    [InlineData("640x360", "1280:720")]
    [InlineData("2160x3840", "1080:1920")]
    [InlineData(null, "1080:1920")]
    public void A_resolution_becomes_the_nearest_ratio_of_gen4(string? resolution, string ratio) =>
        Assert.Equal(ratio, Request(Scene(), resolution).Ratio);

    [Theory]
    [InlineData("hd", "The resolution \"hd\" does not say whether landscape or portrait. The image is portrait (720:1280).")]
    [InlineData("whatever fits", "The resolution \"whatever fits\" could not be read. The image is portrait (1080:1920).")]
    [InlineData("landscape 9:16", "The resolution \"landscape 9:16\" contradicts itself. The image is portrait (1080:1920).")]
    [InlineData("16/9", null)]
    [InlineData(null, null)]
    public void A_resolution_that_does_not_tell_the_orientation_gets_a_note_that_does(string? resolution, string? note) =>
        Assert.Equal(note, ImageRequestRules.Build(Scene(), resolution, "gen4_image").Note);

    [Theory]
    [InlineData("gpt_image_2", "1080:1920", "1088:1920")]
    [InlineData("gpt_image_2", "1920x1080", "1920:1088")]
    [InlineData("gpt_image_2", "2160x3840", "2160:3840")]
    [InlineData("gemini_2.5_flash", "1080:1920", "768:1344")]
    [InlineData("gemini_2.5_flash", "1:1", "1024:1024")]
    [InlineData("gemini_image3_pro", "2160x3840", "1536:2752")]
    [InlineData("gemini_image3.1_flash", "1:4", "1024:4096")]
    [InlineData("seedream5_lite", "1080:1920", "1600:2848")]
    [InlineData("muse_image", "1080:1920", "1152:2016")]
    [InlineData("grok_imagine_image_2", "1080:1920", "1584:2816")]
    [InlineData("gpt_image_3", "1080:1920", "1080:1920")]
    [InlineData("gpt_image_3", "16:9", "1920:1080")]
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
    [InlineData("gemini_2.5_flash", 5_500)]
    [InlineData("gen4_image_turbo", 1_000)]
    [InlineData("gpt_image_3", 40_000)]
    public void Each_model_has_its_own_limit_and_one_that_is_not_known_gets_all(string model, int limit) =>
        Assert.Equal(limit, Request(Scene(new string('x', 40_000), Reference), null, model).PromptText.Length);

    [Theory]
    [InlineData("gen4_image", "A red kettle. The product is the one in @product.", "product", null)]
    [InlineData("gpt_image_2_5_flare", "A red kettle. The product is the one in @product.", "product", null)]
    [InlineData("gemini_image3_pro", "A red kettle. The product is the one in @product.", "product", "object")]
    [InlineData("seedream5_pro", "A red kettle. The product is the one in Figure 1.", null, null)]
    [InlineData("muse_image", "A red kettle. The product is the one in the reference image.", null, null)]
    [InlineData("gpt_image_3", "A red kettle", null, null)]
    public void A_reference_is_tagged_and_named_in_the_prompt_as_the_model_takes_it(
        string model, string prompt, string? tag, string? subject)
    {
        var request = Request(Scene(reference: Reference), null, model);

        Assert.Equal(prompt, request.PromptText);
        Assert.Equal([new(Reference, tag, subject)], request.ReferenceImages);
    }

    [Theory]
    [InlineData("Show @product on a hob", true)]
    [InlineData("A kettle like @product", true)]
    [InlineData("A kettle like @products", false)]
    [InlineData("Write to us@product.com", false)]
    public void A_prompt_that_names_the_reference_itself_is_left_as_it_is(string prompt, bool names) =>
        Assert.Equal(names, Request(Scene(prompt, Reference), null).PromptText == prompt);

    [Fact]
    public void A_long_prompt_is_cut_so_that_the_name_of_the_reference_still_fits()
    {
        var words = string.Join(' ', Enumerable.Repeat("kettle", 200)) + " as in @product";

        var plan = ImageRequestRules.Build(Scene(words, Reference), null, "gen4_image");

        Assert.EndsWith("kettle. The product is the one in @product.", plan.Request!.PromptText, StringComparison.Ordinal);
        Assert.InRange(plan.Request.PromptText.Length, 990, 1000);
        Assert.Equal("The image prompt was cut to 958 characters: the model takes 1000.", plan.Note);
    }

    [Fact]
    public void A_prompt_that_ends_a_sentence_gets_no_second_full_stop() =>
        Assert.Equal("A red kettle! The product is the one in @product.", Request(Scene("A red kettle!", Reference), null).PromptText);

    [Fact]
    public void A_prompt_without_a_reference_names_none() =>
        Assert.Equal("A red kettle", Request(Scene(reference: "http://10.0.0.1/a.png"), null).PromptText);

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
    [InlineData("data:image/png;base64,iVBORw0KGgo=", "data:image/png;base64,iVBORw0KGgo=")]
    [InlineData(" DATA:image/JPEG;base64,AAAA", "DATA:image/JPEG;base64,AAAA")]
    [InlineData("runway://abc123", "runway://abc123")]
    public void A_reference_that_RunwayML_takes_is_sent(string posted, string sent)
    {
        var plan = ImageRequestRules.Build(Scene(reference: posted), null, "gen4_image");

        Assert.Equal(sent, Assert.Single(plan.Request!.ReferenceImages).Uri);
        Assert.Null(plan.Note);
    }

    public static TheoryData<string, string> BadReferences => new()
    {
        { "http://shop.example.com/kettle.png", "only accepts https URLs" },
        { "ftp://shop.example.com/kettle.png", "only accepts https URLs" },
        { "https://93.184.216.34/kettle.png", "public domain name" },
        { "https://[2606:4700::1111]/kettle.png", "public domain name" },
        { "https://2130706433/kettle.png", "public domain name" },
        { "https://localhost/kettle.png", "public domain name" },
        { "https://shop.localhost/kettle.png", "public domain name" },
        { "https://shop.local/kettle.png", "public domain name" },
        { "https://metadata.google.internal/", "public domain name" },
        { "https://shop/kettle.png", "public domain name" },
        { "https://shop./kettle.png", "public domain name" },
        { "https://user:password@shop.example.com/kettle.png", "without a port or a user name" },
        { "https://shop.example.com:8443/kettle.png", "without a port or a user name" },
        { "https://shop.example.com/" + new string('x', 2048), "at most 2048 characters" },
        { "data:text/plain;base64,AAAA", "JPEG, PNG or WebP" },
        { "data:image/png;base64,", "JPEG, PNG or WebP" },
        { "data:image/svg+xml;base64,AAAA", "JPEG, PNG or WebP" },
        { "data:image/png;base64,not base64!", "in base64" },
        { "data:image/png;base64," + new string('A', 5 * 1024 * 1024), "at most 5 MB" },
        { "runway://", "runway://" },
        { "runway://a b", "runway://" },
        { "/kettle.png", "not a complete URL" },
        { "kettle.png", "not a complete URL" },
        { "a red kettle", "not a complete URL" },
    };

    [Theory]
    [MemberData(nameof(BadReferences), DisableDiscoveryEnumeration = true)]
    public void A_reference_that_RunwayML_would_refuse_is_left_out_with_a_note_that_says_why(string reference, string why)
    {
        var plan = ImageRequestRules.Build(Scene(reference: reference), null, "gen4_image");

        Assert.Empty(plan.Request!.ReferenceImages);
        Assert.StartsWith("The product reference image was left out: ", plan.Note, StringComparison.Ordinal);
        Assert.Contains(why, plan.Note, StringComparison.Ordinal);
        Assert.True(plan.Note!.Length < 200);
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
        Assert.Equal(Reference, Assert.Single(with.Request!.ReferenceImages).Uri);
    }

    private static Scene Scene(string prompt = "A red kettle", string? reference = null) =>
        new() { SceneNumber = 2, ImagePrompt = prompt, ProductReferenceImageUrl = reference };

    private static ImageRequest Request(Scene scene, string? resolution, string model = "gen4_image") =>
        ImageRequestRules.Build(scene, resolution, model).Request!;
}
