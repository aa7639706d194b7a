using FsCheck;
using FsCheck.Fluent;
using ScenarioFunctions.Core.Runway;
using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Tests.Core.Runway;

/// <summary>What holds for any prompt, any resolution and every model.</summary>
public sealed class ImageRequestRulesProperties
{
    private static readonly Gen<string> Pieces = Gen.Elements(
        "a", "kettle ", "😀", "👩‍🍳", "字", " ", "\n", "é", "supercalifragilisticexpialidocious");

    private static readonly Gen<string> Prompts =
        from size in Gen.Choose(1, 1600)
        from pieces in Pieces.ArrayOf(size)
        select "x" + string.Concat(pieces);

    private static readonly Gen<string> Resolutions = Gen.OneOf(
        from width in Gen.Choose(0, 99_999)
        from height in Gen.Choose(0, 99_999)
        from between in Gen.Elements(":", "x", "*", " X ", "-")
        select $"{width}{between}{height}",
        ArbMap.Default.GeneratorFor<string>());

    [Fact]
    public void A_request_is_always_within_its_models_rules()
    {
        var inputs =
            from prompt in Prompts
            from resolution in Resolutions
            from model in Gen.Elements(ImageModel.Names.ToArray())
            select (prompt, resolution, model);

        Prop.ForAll(Arb.From(inputs), input => IsWithinRules(input.prompt, input.resolution, input.model))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Fact]
    public void A_cut_is_a_start_of_the_text_that_splits_no_character()
    {
        var inputs =
            from text in Prompts
            from limit in Gen.Choose(1, 300)
            select (text, limit);

        Prop.ForAll(Arb.From(inputs), input => IsWholeStart(input.text, PromptText.Cut(input.text, input.limit), input.limit))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    private static bool IsWithinRules(string prompt, string resolution, string model)
    {
        var rules = ImageModel.Named(model);
        var scene = new Scene
        {
            SceneNumber = 2,
            ImagePrompt = prompt,
            ProductReferenceImageUrl = "https://shop.example.com/kettle.png",
        };
        var request = ImageRequestRules.Build(scene, resolution, model).Request!;
        var sentence = $". The product is the one in {rules.NameOf(request.ReferenceImages[0], 1, 1)}.";
        return request.PromptText.EndsWith(sentence, StringComparison.Ordinal)
            && IsWholeStart(prompt.Trim(), request.PromptText[..^sentence.Length], rules.PromptLimit - sentence.Length)
            && request.PromptText.Length > 0
            && rules.Ratios.Any(size => size.ToString() == request.Ratio);
    }

    private static bool IsWholeStart(string text, string cut, int limit) =>
        cut.Length <= limit
            && text.StartsWith(cut, StringComparison.Ordinal)
            && (cut.Length == 0 || !char.IsHighSurrogate(cut[^1]));
}
