using System.Globalization;

namespace ScenarioFunctions.Core.Runway;

/// <summary>Width and height of an image, in pixels.</summary>
internal readonly record struct ImageSize(int Width, int Height)
{
    /// <summary>Full HD portrait, the usual format of short videos.</summary>
    public static readonly ImageSize Portrait = new(1080, 1920);

    /// <summary>Aspect ratios closer than this (2 %) look the same; among them the nearest size is chosen.</summary>
    private const double SameAspect = 0.02;

    public string Orientation => Width > Height ? "landscape" : Width < Height ? "portrait" : "square";

    public int ShortSide => Math.Min(Width, Height);

    /// <summary>Of the size that RunwayML calls 4K.</summary>
    public bool Is4K => (long)Width * Height > 8_000_000;

    private double Aspect => Math.Log((double)Width / Height);

    private double Area => Math.Log((double)Width * Height);

    /// <summary>Reads RunwayML's format: <c>1080:1920</c>.</summary>
    public static ImageSize Parse(string ratio)
    {
        var colon = ratio.IndexOf(':', StringComparison.Ordinal);
        return new(
            int.Parse(ratio.AsSpan(0, colon), CultureInfo.InvariantCulture),
            int.Parse(ratio.AsSpan(colon + 1), CultureInfo.InvariantCulture));
    }

    /// <summary>The nearest by aspect ratio, then by size. Both are compared as factors (in log space).</summary>
    public ImageSize NearestOf(IReadOnlyList<ImageSize> sizes)
    {
        var asked = this;
        var closest = sizes.Min(size => Math.Abs(size.Aspect - asked.Aspect));
        return sizes
            .Where(size => Math.Abs(size.Aspect - asked.Aspect) <= closest + SameAspect)
            .MinBy(size => Math.Abs(size.Area - asked.Area));
    }

    /// <summary>RunwayML's format: <c>1080:1920</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Width}:{Height}");
}
