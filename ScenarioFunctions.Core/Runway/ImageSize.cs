using System.Globalization;
using System.Text.RegularExpressions;

namespace ScenarioFunctions.Core.Runway;

/// <summary>Width and height of an image, in pixels.</summary>
internal readonly partial record struct ImageSize(int Width, int Height)
{
    /// <summary>Full HD, upright: short videos are.</summary>
    public static readonly ImageSize Portrait = new(1080, 1920);

    /// <summary>Two numbers below this are a ratio such as 9:16, not pixels.</summary>
    private const int SmallestSide = 100;

    /// <summary>Aspect ratios closer than this (2 %) look the same; the nearer size then counts more.</summary>
    private const double SameAspect = 0.02;

    private double Aspect => Math.Log((double)Width / Height);

    private double Area => Math.Log((double)Width * Height);

    /// <summary>Reads <c>1080:1920</c>, <c>1080x1920</c>, <c>1080*1920</c>, <c>9:16</c> or <c>720p</c> (upright); else <see cref="Portrait"/>.</summary>
    public static ImageSize Parse(string? text)
    {
        if (Pair().Match(text ?? "") is { Success: true } pair)
        {
            return OfPair(Number(pair.Groups[1]), Number(pair.Groups[2]));
        }

        return ShortSide().Match(text ?? "") is { Success: true } side && Number(side.Groups[1]) is > 0 and var width
            ? new(width, width * Portrait.Height / Portrait.Width)
            : Portrait;
    }

    /// <summary>The nearest by aspect ratio, then by size; both compared as factors (in log space).</summary>
    public ImageSize NearestOf(IReadOnlyList<ImageSize> sizes)
    {
        var asked = this;
        var closest = sizes.Min(size => Math.Abs(size.Aspect - asked.Aspect));
        return sizes
            .Where(size => Math.Abs(size.Aspect - asked.Aspect) <= closest + SameAspect)
            .MinBy(size => Math.Abs(size.Area - asked.Area));
    }

    /// <summary>As RunwayML writes it: <c>1080:1920</c>.</summary>
    public override string ToString() => $"{Width}:{Height}";

    private static ImageSize OfPair(int width, int height)
    {
        if (width == 0 || height == 0)
        {
            return Portrait;
        }

        var scale = Math.Max(width, height) < SmallestSide ? (double)Portrait.Width / Math.Min(width, height) : 1;
        return new((int)(width * scale), (int)(height * scale));
    }

    private static int Number(Group digits) => int.Parse(digits.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(?<![0-9])([0-9]{1,5})\s*[:x×*]\s*([0-9]{1,5})(?![0-9])", RegexOptions.IgnoreCase)]
    private static partial Regex Pair();

    [GeneratedRegex(@"(?<![0-9])([0-9]{3,4})p\b", RegexOptions.IgnoreCase)]
    private static partial Regex ShortSide();
}
