using System.Globalization;

namespace ScenarioFunctions.Emulator;

/// <summary>
/// The rules of one of RunwayML's image models, from its SDK 4.20.1 and its documentation. Where they state no prompt limit, it
/// is 1000 as for <c>gen4_image</c>. Where no price is published, the price is a guess.
/// </summary>
internal sealed record EmulatedModel
{
    private const string Gen4 =
        "1024:1024 1080:1080 1168:880 1360:768 1440:1080 1080:1440 1808:768 1920:1080 1080:1920 2112:912 "
        + "1280:720 720:1280 720:720 960:720 720:960 1680:720";

    private const string Gpt =
        "2048:880 1920:1088 1920:1280 1920:1440 1920:1536 1920:1920 1536:1920 1440:1920 1280:1920 1088:1920 "
        + "2912:1248 2560:1440 2560:1712 2560:1920 2560:2048 2560:2560 2048:2560 1920:2560 1712:2560 1440:2560 "
        + "3840:1648 3840:2160 3504:2336 3264:2448 3200:2560 2880:2880 2560:3200 2448:3264 2336:3504 2160:3840 "
        + "auto";

    private const string GeminiFlash =
        "1344:768 768:1344 1024:1024 1184:864 864:1184 1536:672 832:1248 1248:832 896:1152 1152:896";

    private const string Gemini3Pro =
        "1344:768 768:1344 1024:1024 1184:864 864:1184 1536:672 832:1248 1248:832 896:1152 1152:896 2048:2048 "
        + "1696:2528 2528:1696 1792:2400 2400:1792 1856:2304 2304:1856 1536:2752 2752:1536 3168:1344 4096:4096 "
        + "3392:5056 5056:3392 3584:4800 4800:3584 3712:4608 4608:3712 3072:5504 5504:3072 6336:2688";

    private const string Gemini31Flash =
        "512:512 416:624 624:416 432:592 592:432 448:576 576:448 384:672 672:384 768:336 256:1024 1024:256 "
        + "176:1408 1408:176 1024:1024 832:1248 1248:832 864:1184 1184:864 896:1152 1152:896 768:1344 1344:768 "
        + "1536:672 512:2048 2048:512 352:2816 2816:352 2048:2048 1696:2528 2528:1696 1792:2400 2400:1792 "
        + "1856:2304 2304:1856 1536:2752 2752:1536 3168:1344 1024:4096 4096:1024 704:5632 5632:704 4096:4096 "
        + "3392:5056 5056:3392 3584:4800 4800:3584 3712:4608 4608:3712 3072:5504 5504:3072 6336:2688 2048:8192 "
        + "8192:2048 1408:11264 11264:1408";

    private const string SeedreamPro =
        "1024:1024 1184:896 896:1184 1376:768 768:1376 1296:864 864:1296 2048:2048 2304:1728 1728:2304 "
        + "2720:1530 1530:2720 2496:1664 1664:2496 auto_1k auto_2k";

    private const string SeedreamLite =
        "2048:2048 2304:1728 1728:2304 2848:1600 1600:2848 2496:1664 1664:2496 3136:1344 3072:3072 3456:2592 "
        + "2592:3456 4096:2304 2304:4096 3744:2496 2496:3744 4704:2016";

    private const string Muse =
        "2352:1008 2016:1152 1920:1280 1792:1344 1600:1600 1344:1792 1280:1920 1152:2016 auto";

    private const string Grok =
        "1024:1024 1280:720 720:1280 1152:864 864:1152 1248:832 832:1248 1248:576 576:1248 1280:576 576:1280 "
        + "1408:704 704:1408 2048:2048 2816:1584 1584:2816 2368:1776 1776:2368 2496:1664 1664:2496 2912:1344 "
        + "1344:2912 3200:1440 1440:3200 2912:1456 1456:2912 auto_1k auto_2k";

    private const string OnlyUri = "uri", Tagged = "uri tag", WithSubject = "uri tag subject=object|human";
    private const string Gen4Fields = "seed contentModeration", Seedream = "outputFormat=png|jpeg outputCount grounding";
    private const string Gpt25Quality = "quality=low|medium|high|xhigh|max outputCount ";

    public static IReadOnlyList<EmulatedModel> All { get; } =
    [
        new("gen4_image", 1000, 0, 3, Gen4Fields, Tagged, Gen4, order => order.ShortSide > 720 ? 8 : 5),
        new("gen4_image_turbo", 1000, 1, 3, Gen4Fields, Tagged, Gen4, _ => 2),
        new("gemini_2.5_flash", 5500, 0, 3, "", Tagged, GeminiFlash, _ => 5),
        new("gemini_image3_pro", 5500, 0, 14, "outputCount", WithSubject, Gemini3Pro, order => order.Is4K ? 40 : 20),
        new("gemini_image3.1_flash", 5500, 0, 14, "outputCount", WithSubject, Gemini31Flash, order => order.Is4K ? 16 : 8),
        new("gpt_image_2", 32_000, 0, 16, "quality=low|medium|high|auto background=transparent|opaque|auto outputCount",
            Tagged, Gpt, GptPrice) { HasUniqueTags = true },
        new("gpt_image_2_5_flare", 32_000, 0, 16, Gpt25Quality + "background=opaque|auto",
            Tagged, Gpt, order => GptPrice(order) + order.References) { HasUniqueTags = true },
        new("gpt_image_2_5_sunburst", 32_000, 0, 16, Gpt25Quality + "background=transparent|opaque|auto",
            Tagged, Gpt, order => GptPrice(order) + order.References) { HasUniqueTags = true },
        new("seedream5_pro", 4000, 0, 10, Seedream, OnlyUri, SeedreamPro, order => order.ShortSide > 1200 ? 9 : 5),
        new("seedream5_lite", 4000, 0, 14, Seedream, OnlyUri, SeedreamLite, _ => 4) { HasFreeSizes = true },
        new("muse_image", 1000, 0, 10, "outputFormat=png|jpeg|webp outputCount", OnlyUri, Muse, _ => 1),
        new("grok_imagine_image_2", 1000, 0, 3, "quality=low|medium outputCount edit", OnlyUri, Grok, order =>
            (order.Quality == "low" ? 2 : 4) + (order.ShortSide > 1200 ? 2 : 0) + order.References),
    ];

    private readonly Func<ImageOrder, int> price;

    private EmulatedModel(
        string name, int promptLimit, int minReferences, int maxReferences, string fields, string referenceFields,
        string ratios, Func<ImageOrder, int> price)
    {
        (Name, PromptLimit, MinReferences, MaxReferences, this.price) = (name, promptLimit, minReferences, maxReferences, price);
        Ratios = ratios.Split(' ');
        Fields = FieldsIn("model promptText ratio referenceImages " + fields);
        ReferenceFields = FieldsIn(referenceFields);
    }

    /// <summary>The name in requests.</summary>
    public string Name { get; }

    /// <summary>In UTF-16 code units.</summary>
    public int PromptLimit { get; }

    /// <summary>The fewest reference images.</summary>
    public int MinReferences { get; }

    /// <summary>The most reference images.</summary>
    public int MaxReferences { get; }

    /// <summary>Sizes in pixels, and names that let the model choose the size.</summary>
    public IReadOnlyList<string> Ratios { get; }

    /// <summary>The fields that a body may have, with their values where these are fixed. Any other field is rejected.</summary>
    public IReadOnlyDictionary<string, string[]> Fields { get; }

    /// <summary>Like <see cref="Fields"/>, for each reference image.</summary>
    public IReadOnlyDictionary<string, string[]> ReferenceFields { get; }

    /// <summary>Whether all reference images must have different tags.</summary>
    public bool HasUniqueTags { get; private init; }

    /// <summary>Whether it also makes any other size of 3,686,400 to 16,777,216 pixels.</summary>
    public bool HasFreeSizes { get; private init; }

    public static EmulatedModel? Find(string? name) => All.FirstOrDefault(model => model.Name == name);

    public bool Makes(string ratio) => Ratios.Contains(ratio)
        || (HasFreeSizes && ratio.Split(':') is [var width, var height] && IsFree(width, height));

    /// <summary>The image's size for one of the model's ratios.</summary>
    public static (int Width, int Height) SizeOf(string ratio)
    {
        if (ratio.StartsWith("auto", StringComparison.Ordinal))
        {
            return ratio == "auto_1k" ? (1024, 1024) : (1920, 1280);
        }

        var sides = ratio.Split(':');
        return (int.Parse(sides[0], CultureInfo.InvariantCulture), int.Parse(sides[1], CultureInfo.InvariantCulture));
    }

    public int Cost(ImageOrder order) => price(order);

    /// <summary>1 (low) and 41 (4K, high) are published; the prices between are a guess. High is the default.</summary>
    private static int GptPrice(ImageOrder order) => order.Quality switch
    {
        "low" => 1,
        "medium" => order.Is4K ? 11 : 5,
        "max" => order.Is4K ? 80 : 40,
        "xhigh" => order.Is4K ? 60 : 30,
        _ => order.Is4K ? 41 : 20,
    };

    private static bool IsFree(string width, string height) =>
        int.TryParse(width, NumberStyles.None, CultureInfo.InvariantCulture, out var w)
        && int.TryParse(height, NumberStyles.None, CultureInfo.InvariantCulture, out var h)
        && (long)w * h is >= 3_686_400 and <= 16_777_216;

    /// <summary>Parses names, each followed by an equals sign and its values if these are fixed.</summary>
    private static Dictionary<string, string[]> FieldsIn(string text) => text
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(field => field.Split('='))
        .ToDictionary(field => field[0], field => field is [_, var values] ? values.Split('|') : []);
}
