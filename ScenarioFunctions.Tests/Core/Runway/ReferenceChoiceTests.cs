using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Scenarios;
using ScenarioFunctions.Emulator;

namespace ScenarioFunctions.Tests.Core.Runway;

public sealed class ReferenceChoiceTests
{
    private const string Product = "https://shop.example.com/kettle.png", First = "https://cdn.test/1.png";

    [Theory]
    [InlineData("gen4_image", "product hero first_scene", "A red kettle. The product is the one in @product. The style is that of @first_scene.")]
    [InlineData("gpt_image_2", "product hero first_scene", "A red kettle. The product is the one in @product. The style is that of @first_scene.")]
    [InlineData("seedream5_pro", "- - -", "A red kettle. The product is the one in Figure 1. The style is that of Figure 3.")]
    [InlineData("muse_image", "- - -", "A red kettle. The product is the one in reference image 1. The style is that of reference image 3.")]
    [InlineData("gpt_image_3", "- hero -", "A red kettle")]
    public void The_products_image_comes_first_and_that_of_the_first_scene_last(string model, string tags, string prompt)
    {
        var plan = Plan(model, Look(new PostedReference("runway://hero", "hero")));

        Assert.Equal([Product, "runway://hero", First], plan.Request!.ReferenceImages.Select(image => image.Uri));
        Assert.Equal(tags, string.Join(' ', plan.Request.ReferenceImages.Select(image => image.Tag ?? "-")));
        Assert.Equal(prompt, plan.Request.PromptText);
        Assert.True(plan.UsesProductReference);
        Assert.Equal(
            model is "seedream5_pro" or "muse_image" ? $"The tag \"hero\" of reference image 1 was left out: the model {model} takes no tags." : null,
            plan.Note);
    }

    [Theory]
    [InlineData("gen4_image", 3, "Reference image 3, reference image 4 and the style reference were left out: the model gen4_image takes at most 3 reference images.")]
    [InlineData("gemini_image3_pro", 6, null)]
    public void More_images_than_a_model_takes_are_left_out_from_the_end(string model, int sent, string? note)
    {
        var plan = Plan(model, Look([.. Enumerable.Range(1, 4).Select(number => new PostedReference($"runway://{number}", null))]));

        Assert.Equal(sent, plan.Request!.ReferenceImages.Count);
        Assert.Equal(note, plan.Note);
    }

    [Fact]
    public void A_tag_that_is_used_twice_stays_with_the_first_image()
    {
        var plan = Plan("gemini_image3_pro", Look(new("runway://a", "product"), new("runway://b", "first_scene"), new("runway://c", "Product")));

        Assert.Equal(["product", null, "first_scene", "Product", null], plan.Request!.ReferenceImages.Select(image => image.Tag));
        Assert.Equal(["object", null, null, null, null], plan.Request.ReferenceImages.Select(image => image.Subject));
        Assert.Equal("A red kettle. The product is the one in @product.", plan.Request.PromptText);
        Assert.Equal(
            "The tag \"product\" of reference image 1 and the tag \"first_scene\" of the style reference were left out: another image has the same one.",
            plan.Note);
    }

    [Fact]
    public void A_prompt_that_loses_a_name_when_it_is_cut_gets_it_in_a_sentence()
    {
        var scene = Scene(string.Join(' ', Enumerable.Repeat("kettle", 138)) + " as in @product");

        var plan = ImageRequestRules.Build(scene, null, "gen4_image", look: Look());

        Assert.EndsWith("kettle. The product is the one in @product. The style is that of @first_scene.", plan.Request!.PromptText, StringComparison.Ordinal);
        Assert.InRange(plan.Request.PromptText.Length, 985, 1000);
    }

    [Fact]
    public void A_model_that_needs_a_reference_takes_any() =>
        Assert.Single(ImageRequestRules.Build(
            Scene("A red kettle") with { ProductReferenceImageUrl = null }, null, "gen4_image_turbo",
            look: Look() with { IsStyledAsFirstScene = false, References = [new("runway://hero", null)] }).Request!.ReferenceImages);

    /// <summary>The emulator checks as RunwayML does.</summary>
    [Fact]
    public void Whatever_was_posted_the_order_is_one_that_RunwayML_takes()
    {
        var uris = Gen.Elements("runway://a", "https://x.test/a.png", "http://x.test/a.png", "data:image/png;base64,AAAA", "a", "", "/a.png");
        var tags = Gen.Elements("hero", "product", "first_scene", "ab", "1ab", "with space", "a-long-long-long-tag", null);
        var looks =
            from model in Gen.Elements(ImageModel.Names.ToArray())
            from size in Gen.Choose(0, SharedLook.MaxReferences)
            from references in (from uri in uris from tag in tags select new PostedReference(uri, tag)).ArrayOf(size)
            from product in uris
            from first in uris
            from seed in Gen.Elements<long?>(null, 0, uint.MaxValue)
            select (model, product, look: Look(references) with { FirstSceneImage = first, Seed = seed });

        Prop.ForAll(Arb.From(looks), input => IsTaken(input.model, input.product, input.look)).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    private static bool IsTaken(string model, string product, SharedLook look)
    {
        var plan = ImageRequestRules.Build(Scene("A red kettle") with { ProductReferenceImageUrl = product }, null, model, look: look);
        if (plan.Request is not { } request)
        {
            return model == "gen4_image_turbo" && plan.Adjustments.Count > 0;
        }

        var body = new TextToImageBody(
            request.Model, request.PromptText, request.Ratio,
            request.ReferenceImages.Count == 0 ? null : request.ReferenceImages, request.Seed, request.Quality);
        using var sent = JsonDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(body, RunwayJson.Default.TextToImageBody));
        return TextToImageReader.Read(sent.RootElement).Issues.Count == 0;
    }

    private static ImageRequestPlan Plan(string model, SharedLook look) =>
        ImageRequestRules.Build(Scene("A red kettle"), null, model, look: look);

    private static Scene Scene(string prompt) => new() { SceneNumber = 2, ImagePrompt = prompt, ProductReferenceImageUrl = Product };

    private static SharedLook Look(params PostedReference[] references) =>
        new() { References = references, IsStyledAsFirstScene = true, FirstSceneImage = First };
}
