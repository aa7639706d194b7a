namespace ScenarioFunctions.Core.Runway;

/// <summary>
/// The rules of RunwayML's image models, from its SDK 4.20.1 and its documentation. Where neither states a prompt limit, the
/// limit of <c>gen4_image</c> is used.
/// </summary>
/// <param name="PromptLimit">In UTF-16 code units.</param>
/// <param name="Ratios">The sizes that the model supports; empty means any.</param>
internal sealed record ImageModel(int PromptLimit, IReadOnlyList<ImageSize> Ratios)
{
    private const string Gen4Ratios =
        "1024:1024 1080:1080 1168:880 1360:768 1440:1080 1080:1440 1808:768 1920:1080 1080:1920 2112:912 "
        + "1280:720 720:1280 720:720 960:720 720:960 1680:720";

    private const string GptRatios =
        "2048:880 1920:1088 1920:1280 1920:1440 1920:1536 1920:1920 1536:1920 1440:1920 1280:1920 1088:1920 "
        + "2912:1248 2560:1440 2560:1712 2560:1920 2560:2048 2560:2560 2048:2560 1920:2560 1712:2560 1440:2560 "
        + "3840:1648 3840:2160 3504:2336 3264:2448 3200:2560 2880:2880 2560:3200 2448:3264 2336:3504 2160:3840";

    private const string Gemini1K =
        "1344:768 768:1344 1024:1024 1184:864 864:1184 1536:672 832:1248 1248:832 896:1152 1152:896";

    private const string Gemini3Ratios = Gemini1K
        + " 2048:2048 1696:2528 2528:1696 1792:2400 2400:1792 1856:2304 2304:1856 1536:2752 2752:1536 3168:1344 "
        + "4096:4096 3392:5056 5056:3392 3584:4800 4800:3584 3712:4608 4608:3712 3072:5504 5504:3072 6336:2688";

    private const string Gemini31Ratios = Gemini3Ratios
        + " 512:512 416:624 624:416 432:592 592:432 448:576 576:448 384:672 672:384 768:336 256:1024 1024:256 "
        + "176:1408 1408:176 512:2048 2048:512 352:2816 2816:352 1024:4096 4096:1024 704:5632 5632:704 2048:8192 "
        + "8192:2048 1408:11264 11264:1408";

    private const string SeedreamProRatios =
        "1024:1024 1184:896 896:1184 1376:768 768:1376 1296:864 864:1296 2048:2048 2304:1728 1728:2304 "
        + "2720:1530 1530:2720 2496:1664 1664:2496";

    private const string SeedreamLiteRatios =
        "2048:2048 2304:1728 1728:2304 2848:1600 1600:2848 2496:1664 1664:2496 3136:1344 3072:3072 3456:2592 "
        + "2592:3456 4096:2304 2304:4096 3744:2496 2496:3744 4704:2016";

    private const string MuseRatios =
        "2352:1008 2016:1152 1920:1280 1792:1344 1600:1600 1344:1792 1280:1920 1152:2016";

    private const string GrokRatios =
        "1024:1024 1280:720 720:1280 1152:864 864:1152 1248:832 832:1248 1248:576 576:1248 1280:576 576:1280 "
        + "1408:704 704:1408 2048:2048 2816:1584 1584:2816 2368:1776 1776:2368 2496:1664 1664:2496 2912:1344 "
        + "1344:2912 3200:1440 1440:3200 2912:1456 1456:2912";

    private static readonly string[] Gpt25Qualities = ["low", "medium", "high", "xhigh", "max"];

    private static readonly ImageModel Gen4 =
        Tagged(1000, Gen4Ratios, 3) with { TakesSeed = true, Price = size => size.ShortSide > 720 ? 8 : 5 };
    private static readonly ImageModel Gpt = Tagged(32_000, GptRatios, 16);

    private static readonly Dictionary<string, ImageModel> ByName = new(StringComparer.Ordinal)
    {
        ["gen4_image"] = Gen4,
        ["gen4_image_turbo"] = Gen4 with { NeedsReference = true, Price = _ => 2 },
        ["gemini_2.5_flash"] = Tagged(5500, Gemini1K, 3) with { Price = _ => 5 },
        ["gemini_image3_pro"] = Tagged(5500, Gemini3Ratios, 14) with { TakesSubject = true, Price = size => size.Is4K ? 40 : 20 },
        ["gemini_image3.1_flash"] = Tagged(5500, Gemini31Ratios, 14) with { TakesSubject = true },
        ["gpt_image_2"] = Gpt with { Qualities = ["low", "medium", "high", "auto"] },
        ["gpt_image_2_5_flare"] = Gpt with { Qualities = Gpt25Qualities },
        ["gpt_image_2_5_sunburst"] = Gpt with { Qualities = Gpt25Qualities },
        ["seedream5_pro"] = Untagged(4000, SeedreamProRatios, 10, Figure) with { Price = size => size.ShortSide > 1200 ? 9 : 5 },
        ["seedream5_lite"] = Untagged(4000, SeedreamLiteRatios, 14, Figure) with { Price = _ => 4 },
        ["muse_image"] = Untagged(1000, MuseRatios, 10, ReferenceImage) with { Price = _ => 1 },
        ["grok_imagine_image_2"] = Untagged(1000, GrokRatios, 3, ReferenceImage) with { Qualities = ["low", "medium"] },
    };

    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>Whether the model requires a reference image.</summary>
    public bool NeedsReference { get; private init; }

    /// <summary>The most reference images.</summary>
    public int MaxReferences { get; private init; } = int.MaxValue;

    /// <summary>Whether reference images have tags that the prompt can use; null when that is not known.</summary>
    public bool? TakesTags { get; private init; }

    /// <summary>Whether the model takes a seed.</summary>
    public bool TakesSeed { get; private init; }

    /// <summary>The values of <c>quality</c> that the model takes; none when it has no such field, null when that is not known.</summary>
    public IReadOnlyList<string>? Qualities { get; private init; } = [];

    /// <summary>Whether a reference may state its subject: an object or a human.</summary>
    public bool TakesSubject { get; private init; }

    /// <summary>How a prompt refers to one of several images without tags: by its number and theirs. Null when that is not known.</summary>
    private Func<int, int, string>? UntaggedName { get; init; }

    /// <summary>RunwayML's published price of an image, in its credits; null when none is published.</summary>
    public Func<ImageSize, int>? Price { get; private init; }

    /// <summary>An unknown model gets no rules: RunwayML then reports what is wrong with a request.</summary>
    public static ImageModel Named(string name) => ByName.GetValueOrDefault(name) ?? new(int.MaxValue, []) { TakesSeed = true, Qualities = null };

    /// <summary>How a prompt refers to a reference image; null when that is not known.</summary>
    /// <param name="image">As it is sent.</param>
    /// <param name="number">Its place, from 1.</param>
    /// <param name="count">How many are sent.</param>
    public string? NameOf(ImageReference image, int number, int count) =>
        image.Tag is { } tag ? $"@{tag}" : UntaggedName?.Invoke(number, count);

    private static ImageModel Tagged(int promptLimit, string ratios, int maxReferences) =>
        new(promptLimit, Sizes(ratios)) { MaxReferences = maxReferences, TakesTags = true };

    private static ImageModel Untagged(int promptLimit, string ratios, int maxReferences, Func<int, int, string> name) =>
        new(promptLimit, Sizes(ratios)) { MaxReferences = maxReferences, TakesTags = false, UntaggedName = name };

    private static string Figure(int number, int count) => $"Figure {number}";

    private static string ReferenceImage(int number, int count) => count == 1 ? "the reference image" : $"reference image {number}";

    private static ImageSize[] Sizes(string text) => [.. text.Split(' ').Select(ImageSize.Parse)];
}
