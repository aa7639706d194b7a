using System.Globalization;

namespace ScenarioFunctions.Emulator;

/// <summary>
/// What RunwayML allows for one of its image models, as its SDK 4.20.1 states it. Where that names no limit for
/// the prompt, it is the 1000 of earlier versions; where no price is published, the price is a guess.
/// </summary>
/// <param name="Name">As requests name it.</param>
/// <param name="PromptLimit">In UTF-16 code units.</param>
/// <param name="MinReferences">How many reference images it needs.</param>
/// <param name="MaxReferences">How many it takes.</param>
/// <param name="Credits">What an image costs whose shorter side is over 720 pixels.</param>
/// <param name="SmallCredits">What any smaller image costs.</param>
/// <param name="Ratios">Sizes in pixels, and names that leave the size to the model.</param>
internal sealed record ImageModel(
    string Name, int PromptLimit, int MinReferences, int MaxReferences, int Credits, int SmallCredits,
    IReadOnlyList<string> Ratios)
{
    private static readonly string[] Gen4 = Split(
        "1024:1024 1080:1080 1168:880 1360:768 1440:1080 1080:1440 1808:768 1920:1080 1080:1920 2112:912 "
        + "1280:720 720:1280 720:720 960:720 720:960 1680:720");

    private static readonly string[] Gpt = Split(
        "2048:880 1920:1088 1920:1280 1920:1440 1920:1536 1920:1920 1536:1920 1440:1920 1280:1920 1088:1920 "
        + "2912:1248 2560:1440 2560:1712 2560:1920 2560:2048 2560:2560 2048:2560 1920:2560 1712:2560 1440:2560 "
        + "3840:1648 3840:2160 3504:2336 3264:2448 3200:2560 2880:2880 2560:3200 2448:3264 2336:3504 2160:3840 "
        + "auto");

    private static readonly string[] GeminiFlash = Split(
        "1344:768 768:1344 1024:1024 1184:864 864:1184 1536:672 832:1248 1248:832 896:1152 1152:896");

    private static readonly string[] Gemini3Pro = Split(
        "1344:768 768:1344 1024:1024 1184:864 864:1184 1536:672 832:1248 1248:832 896:1152 1152:896 2048:2048 "
        + "1696:2528 2528:1696 1792:2400 2400:1792 1856:2304 2304:1856 1536:2752 2752:1536 3168:1344 4096:4096 "
        + "3392:5056 5056:3392 3584:4800 4800:3584 3712:4608 4608:3712 3072:5504 5504:3072 6336:2688");

    private static readonly string[] Gemini31Flash = Split(
        "512:512 416:624 624:416 432:592 592:432 448:576 576:448 384:672 672:384 768:336 256:1024 1024:256 "
        + "176:1408 1408:176 1024:1024 832:1248 1248:832 864:1184 1184:864 896:1152 1152:896 768:1344 1344:768 "
        + "1536:672 512:2048 2048:512 352:2816 2816:352 2048:2048 1696:2528 2528:1696 1792:2400 2400:1792 "
        + "1856:2304 2304:1856 1536:2752 2752:1536 3168:1344 1024:4096 4096:1024 704:5632 5632:704 4096:4096 "
        + "3392:5056 5056:3392 3584:4800 4800:3584 3712:4608 4608:3712 3072:5504 5504:3072 6336:2688 2048:8192 "
        + "8192:2048 1408:11264 11264:1408");

    private static readonly string[] SeedreamPro = Split(
        "1024:1024 1184:896 896:1184 1376:768 768:1376 1296:864 864:1296 2048:2048 2304:1728 1728:2304 "
        + "2720:1530 1530:2720 2496:1664 1664:2496 auto_1k auto_2k");

    private static readonly string[] SeedreamLite = Split(
        "2048:2048 2304:1728 1728:2304 2848:1600 1600:2848 2496:1664 1664:2496 3136:1344 3072:3072 3456:2592 "
        + "2592:3456 4096:2304 2304:4096 3744:2496 2496:3744 4704:2016");

    public static IReadOnlyList<ImageModel> All { get; } =
    [
        new("gen4_image", 1000, 0, 3, 8, 5, Gen4),
        new("gen4_image_turbo", 1000, 1, 3, 2, 2, Gen4),
        new("gpt_image_2", 32_000, 0, 16, 20, 20, Gpt),
        new("gemini_2.5_flash", 1000, 0, 3, 5, 5, GeminiFlash),
        new("gemini_image3_pro", 1000, 0, 14, 20, 20, Gemini3Pro),
        new("gemini_image3.1_flash", 1000, 0, 14, 8, 8, Gemini31Flash),
        new("seedream5_pro", 4000, 0, 14, 8, 8, SeedreamPro),
        new("seedream5_lite", 4000, 0, 14, 5, 5, SeedreamLite),
    ];

    public static ImageModel? Find(string? name) => All.FirstOrDefault(model => model.Name == name);

    /// <summary>The image's size for one of <see cref="Ratios"/>.</summary>
    public static (int Width, int Height) SizeOf(string ratio)
    {
        if (ratio.StartsWith("auto", StringComparison.Ordinal))
        {
            return ratio == "auto_1k" ? (1024, 1024) : (1920, 1280);
        }

        var sides = ratio.Split(':');
        return (int.Parse(sides[0], CultureInfo.InvariantCulture), int.Parse(sides[1], CultureInfo.InvariantCulture));
    }

    public int Cost(int width, int height) => Math.Min(width, height) > 720 ? Credits : SmallCredits;

    private static string[] Split(string ratios) => ratios.Split(' ');
}
