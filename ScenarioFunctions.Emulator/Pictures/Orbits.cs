using SkiaSharp;

namespace ScenarioFunctions.Emulator.Pictures;

/// <summary>Rings around a centre off the middle, each with a small body on its way round.</summary>
internal static class Orbits
{
    private const int Rings = 7;

    public static void Draw(SKCanvas canvas, SKSize size, Palette palette, Random random)
    {
        var centre = new SKPoint(
            size.Width * (0.2f + 0.6f * random.NextSingle()), size.Height * (0.3f + 0.4f * random.NextSingle()));
        var unit = Math.Min(size.Width, size.Height) * 0.105f;
        using var paint = new SKPaint { IsAntialias = true };
        for (var ring = Rings; ring >= 1; ring--)
        {
            paint.Color = palette.Shape(0.7 * (1 - (double)ring / Rings));
            canvas.DrawCircle(centre, unit * (0.7f + ring * 1.05f), paint);
        }

        for (var ring = 1; ring <= Rings; ring++)
        {
            var (sin, cos) = MathF.SinCos(random.NextSingle() * MathF.Tau);
            var radius = unit * (0.7f + ring * 1.05f);
            paint.Color = ring % 2 == 0 ? palette.Accent(0.2) : palette.Shape(0.95);
            canvas.DrawCircle(
                centre.X + radius * cos, centre.Y + radius * sin, unit * (0.12f + 0.3f * random.NextSingle()), paint);
        }

        paint.Color = palette.Accent(0.6);
        canvas.DrawCircle(centre, unit, paint);
    }
}
