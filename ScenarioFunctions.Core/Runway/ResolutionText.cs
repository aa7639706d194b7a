using System.Globalization;
using System.Text.RegularExpressions;
using ScenarioFunctions.Core.Scenarios;

namespace ScenarioFunctions.Core.Runway;

/// <summary>
/// Reads the size of an image from the many ways to write it: <c>1080:1920</c>, <c>1,080x1,920</c>, <c>16/9</c>,
/// <c>1.91:1</c>, <c>width=1920,height=1080</c>, <c>1080p landscape</c>, <c>vertical</c>, or several of these.
/// </summary>
internal static partial class ResolutionText
{
    /// <summary>Two numbers below this are a ratio such as 9:16 and not pixels.</summary>
    private const double SmallestSide = 100;

    /// <summary>The longest side is at most this many times the shorter one; other numbers mean something else.</summary>
    private const double LongestAspect = 12;

    /// <summary>The most characters that a note quotes.</summary>
    private const int LongestQuote = 60;

    private const string Digits = @"[0-9]{1,5}(?:,[0-9]{3})?(?:[.,][0-9]{1,4})?(?![0-9])";

    /// <param name="text">Null or blank gives full HD portrait without a doubt.</param>
    /// <returns>The size; and a sentence about what could not be read or contradicts itself, or null.</returns>
    public static (ImageSize Size, string? Doubt) Read(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return (ImageSize.Portrait, null);
        }

        var asked = PromptText.Cut(text.Trim(), ScenarioParser.MaxResolution);
        var quoted = PromptText.Cut(asked, LongestQuote);
        var pairs = PairsIn(asked);
        var words = WordsIn(asked);
        var shapes = pairs.Select(pair => pair.Shape).Concat(words).ToList();
        if (shapes.Count == 0)
        {
            var side = ShortSideIn(asked);
            return (Sized(ImageSize.Portrait.Width, ImageSize.Portrait.Height, side), side is null
                ? $"The resolution \"{quoted}\" could not be read."
                : $"The resolution \"{quoted}\" does not say whether landscape or portrait.");
        }

        var contradicts = shapes.Any(shape => Math.Sign(shape - 1) != Math.Sign(shapes[0] - 1))
            ? $"The resolution \"{quoted}\" contradicts itself." : null;
        return (pairs.Count > 0 ? SizeOf(pairs[0], asked) : OfShape(words[0], ShortSideIn(asked)), contradicts);
    }

    /// <summary>Pixels before ratios: "9:16 (720x1280)" means 720x1280.</summary>
    private static List<Pair> PairsIn(string text) =>
    [
        .. Pairs().Matches(text).Concat(Named().Matches(text))
            .Select(match => new Pair(Number(match.Groups["width"]), Number(match.Groups["height"])))
            .Where(pair => pair.Shape is >= 1 / LongestAspect and <= LongestAspect)
            .OrderBy(pair => pair.IsRatio),
    ];

    /// <summary>The shapes named by words, as width divided by height.</summary>
    private static List<double> WordsIn(string text) =>
    [
        .. Words().Matches(text).Select(match =>
            match.Groups["portrait"].Success ? 9.0 / 16 : match.Groups["landscape"].Success ? 16.0 / 9 : 1),
    ];

    private static ImageSize SizeOf(Pair pair, string text) => pair.IsRatio
        ? OfShape(pair.Shape, ShortSideIn(text))
        : new((int)Math.Round(pair.Width), (int)Math.Round(pair.Height));

    private static ImageSize OfShape(double shape, int? shortSide) => shape < 1
        ? Sized(1, 1 / shape, shortSide)
        : Sized(shape, 1, shortSide);

    private static ImageSize Sized(double width, double height, int? shortSide)
    {
        var scale = (shortSide ?? ImageSize.Portrait.Width) / Math.Min(width, height);
        return new((int)Math.Round(width * scale), (int)Math.Round(height * scale));
    }

    /// <summary>The shorter side in pixels, such as 1080 for "1080p" and "full HD", or 2160 for "4K".</summary>
    private static int? ShortSideIn(string text) => ShortSide().Match(text) switch
    {
        { Success: false } => null,
        { Groups: var groups } when groups["p"].Success => (int)Number(groups["p"]) is > 0 and var side ? side : null,
        { Groups: var groups } when groups["k4"].Success => 2160,
        { Groups: var groups } when groups["k2"].Success => 1440,
        { Groups: var groups } when groups["full"].Success => 1080,
        _ => 720,
    };

    /// <summary>A comma before three digits separates thousands; any other comma, like a point, starts the decimals.</summary>
    private static double Number(Group group) => double.Parse(
        Thousands().Replace(group.Value, "").Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);

    private sealed record Pair(double Width, double Height)
    {
        public double Shape => Height == 0 ? 0 : Width / Height;

        public bool IsRatio => Math.Max(Width, Height) < SmallestSide;
    }

    [GeneratedRegex(
        $@"(?<![0-9.,])(?<width>{Digits})\s*(?:px|pixels?)?\s*(?:[:：x×*/∶_-]|by)\s*(?<height>{Digits})",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Pairs();

    [GeneratedRegex(
        $@"\bw(?:idth)?\W{{0,5}}(?<width>{Digits}).{{0,10}}?\bh(?:eight)?\W{{0,5}}(?<height>{Digits})"
        + $@"|\bh(?:eight)?\W{{0,5}}(?<height>{Digits}).{{0,10}}?\bw(?:idth)?\W{{0,5}}(?<width>{Digits})",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Named();

    [GeneratedRegex(
        @"(?<portrait>portrait|vertical|upright|\btall\b|\btiktok\b|\breels?\b|\bshorts\b|\bstory\b|\bstories\b)"
        + @"|(?<landscape>landscape|horizontal|wide-?screen|\bwide\b)|square",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Words();

    [GeneratedRegex(
        @"(?<![0-9])(?<p>[0-9]{3,4})p\b|(?<k4>\b4k\b|\buhd\b)|(?<k2>\b2k\b|\bqhd\b)|(?<full>\bfull[ -]?hd\b|\bfhd\b)|\bhd\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ShortSide();

    [GeneratedRegex(@",(?=[0-9]{3}(?![0-9]))")]
    private static partial Regex Thousands();
}
