namespace ScenarioFunctions.Local.Emulator;

/// <summary>What RunwayML allows for one of its image models, as its SDK 4.20.1 states it.</summary>
/// <param name="PromptLimit">In UTF-16 code units.</param>
/// <param name="Credits">What an image costs whose shorter side is over 720 pixels.</param>
/// <param name="SmallCredits">What any smaller image costs.</param>
internal sealed record ImageModel(
    string Name, int PromptLimit, int MinReferences, int MaxReferences, int Credits, int SmallCredits,
    IReadOnlyList<string> Ratios)
{
    /// <summary>A ratio that leaves the size to the model.</summary>
    public const string AutoRatio = "auto";

    private static readonly string[] Gen4Ratios =
    [
        "1024:1024", "1080:1080", "1168:880", "1360:768", "1440:1080", "1080:1440", "1808:768", "1920:1080",
        "1080:1920", "2112:912", "1280:720", "720:1280", "720:720", "960:720", "720:960", "1680:720",
    ];

    private static readonly string[] GeminiRatios =
    [
        "1344:768", "768:1344", "1024:1024", "1184:864", "864:1184", "1536:672", "832:1248", "1248:832",
        "896:1152", "1152:896",
    ];

    private static readonly string[] GptRatios =
    [
        "2048:880", "1920:1088", "1920:1280", "1920:1440", "1920:1536", "1920:1920", "1536:1920", "1440:1920",
        "1280:1920", "1088:1920", "2912:1248", "2560:1440", "2560:1712", "2560:1920", "2560:2048", "2560:2560",
        "2048:2560", "1920:2560", "1712:2560", "1440:2560", "3840:1648", "3840:2160", "3504:2336", "3264:2448",
        "3200:2560", "2880:2880", "2560:3200", "2448:3264", "2336:3504", "2160:3840", AutoRatio,
    ];

    public static IReadOnlyList<ImageModel> All { get; } =
    [
        new("gen4_image", 1000, 0, 3, 8, 5, Gen4Ratios),
        new("gen4_image_turbo", 1000, 1, 3, 2, 2, Gen4Ratios),
        new("gemini_2.5_flash", 1000, 0, 3, 5, 5, GeminiRatios),
        new("gpt_image_2", 32_000, 0, 16, 20, 20, GptRatios),
    ];

    public static ImageModel? Find(string? name) => All.FirstOrDefault(model => model.Name == name);

    public int Cost(int width, int height) => Math.Min(width, height) > 720 ? Credits : SmallCredits;
}
