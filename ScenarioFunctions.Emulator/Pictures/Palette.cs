using SkiaSharp;

namespace ScenarioFunctions.Emulator.Pictures;

/// <summary>
/// Matching colours: one hue and its neighbours for the ground, and one from the opposite side of the colour wheel for accents.
/// They are chosen in OKLCH, where equal steps look equal, so that no hue looks muddy or glaring.
/// </summary>
internal sealed class Palette
{
    private readonly double hue;
    private readonly double spread;
    private readonly double accentHue;

    public Palette(Random random)
    {
        // From green around to orange. The yellows between them are left out, as they turn olive when they get darker.
        hue = 165 + random.NextDouble() * 215;
        spread = (random.Next(2) == 0 ? 1 : -1) * (25 + random.NextDouble() * 40);
        accentHue = hue + 150 + random.NextDouble() * 60;
        IsNight = random.NextDouble() < 0.35;
    }

    /// <summary>Whether the ground is dark and the accents are bright.</summary>
    public bool IsNight { get; }

    /// <summary>From 0, the far end of the ground, to 1, the near end.</summary>
    public SKColor Ground(double depth) => IsNight
        ? Colour(0.20 + 0.36 * depth, 0.05 + 0.08 * depth, hue + spread * depth)
        : Colour(0.72 + 0.22 * depth, 0.11 - 0.05 * depth, hue + spread * depth);

    /// <summary>Shapes on the ground: from 0, hazy and far, to 1, strong and near.</summary>
    public SKColor Shape(double depth) => IsNight
        ? Colour(0.50 - 0.34 * depth, 0.11 - 0.04 * depth, hue + spread * (1.2 - depth))
        : Colour(0.80 - 0.48 * depth, 0.07 + 0.05 * depth, hue + spread * (1.1 - 1.4 * depth));

    public SKColor Accent(double lightness) =>
        Colour(IsNight ? 0.78 + 0.16 * lightness : 0.72 + 0.22 * lightness, 0.15 - 0.07 * lightness, accentHue);

    private static SKColor Colour(double lightness, double chroma, double degrees)
    {
        var (a, b) = (chroma * Math.Cos(degrees * Math.PI / 180), chroma * Math.Sin(degrees * Math.PI / 180));
        var l = Math.Pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
        var m = Math.Pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
        var s = Math.Pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
        return new SKColor(
            Channel(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
            Channel(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
            Channel(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s));
    }

    private static byte Channel(double linear)
    {
        var value = Math.Clamp(linear, 0, 1);
        var encoded = value <= 0.0031308 ? 12.92 * value : 1.055 * Math.Pow(value, 1 / 2.4) - 0.055;
        return (byte)Math.Round(encoded * 255);
    }
}
