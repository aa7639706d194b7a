namespace ScenarioFunctions.Core.Runway;

/// <summary>
/// The rules of RunwayML's image models, from its SDK. Where it states no limit for the prompt, the one
/// of <c>gen4_image</c> is kept.
/// </summary>
/// <param name="PromptLimit">In UTF-16 code units.</param>
/// <param name="Ratios">The sizes that it makes.</param>
/// <param name="NeedsReference">Whether it makes nothing without a reference image.</param>
internal sealed record ImageModel(int PromptLimit, IReadOnlyList<ImageSize> Ratios, bool NeedsReference = false)
{
    private static readonly ImageModel Gen4 = new(1000, Sizes(
        "1024:1024 1080:1080 1168:880 1360:768 1440:1080 1080:1440 1808:768 1920:1080 1080:1920 2112:912 "
        + "1280:720 720:1280 720:720 960:720 720:960 1680:720"));

    private static readonly ImageModel GptImage2 = new(32_000, Sizes(
        "2048:880 1920:1088 1920:1280 1920:1440 1920:1536 1920:1920 1536:1920 1440:1920 1280:1920 1088:1920 "
        + "2912:1248 2560:1440 2560:1712 2560:1920 2560:2048 2560:2560 2048:2560 1920:2560 1712:2560 1440:2560 "
        + "3840:1648 3840:2160 3504:2336 3264:2448 3200:2560 2880:2880 2560:3200 2448:3264 2336:3504 2160:3840"));

    private const string Gemini1K =
        "1344:768 768:1344 1024:1024 1184:864 864:1184 1536:672 832:1248 1248:832 896:1152 1152:896";

    private static readonly ImageModel GeminiFlash = new(1000, Sizes(Gemini1K));

    private static readonly ImageModel Gemini3 = new(1000, Sizes(Gemini1K
        + " 2048:2048 1696:2528 2528:1696 1792:2400 2400:1792 1856:2304 2304:1856 1536:2752 2752:1536 3168:1344 "
        + "4096:4096 3392:5056 5056:3392 3584:4800 4800:3584 3712:4608 4608:3712 3072:5504 5504:3072 6336:2688"));

    private static readonly ImageModel Seedream5Pro = new(4000, Sizes(
        "1024:1024 1184:896 896:1184 1376:768 768:1376 1296:864 864:1296 2048:2048 2304:1728 1728:2304 "
        + "2720:1530 1530:2720 2496:1664 1664:2496"));

    private static readonly ImageModel Seedream5Lite = new(4000, Sizes(
        "2048:2048 2304:1728 1728:2304 2848:1600 1600:2848 2496:1664 1664:2496 3136:1344 3072:3072 3456:2592 "
        + "2592:3456 4096:2304 2304:4096 3744:2496 2496:3744 4704:2016"));

    private static readonly Dictionary<string, ImageModel> ByName = new(StringComparer.Ordinal)
    {
        ["gen4_image"] = Gen4,
        ["gen4_image_turbo"] = Gen4 with { NeedsReference = true },
        ["gpt_image_2"] = GptImage2,
        ["gemini_2.5_flash"] = GeminiFlash,
        ["gemini_image3_pro"] = Gemini3,
        ["gemini_image3.1_flash"] = Gemini3,
        ["seedream5_pro"] = Seedream5Pro,
        ["seedream5_lite"] = Seedream5Lite,
    };

    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <param name="name">One of <see cref="Names"/>.</param>
    public static ImageModel Named(string name) => ByName[name];

    private static ImageSize[] Sizes(string text) => [.. text.Split(' ').Select(ImageSize.Parse)];
}
