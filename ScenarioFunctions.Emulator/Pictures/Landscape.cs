using SkiaSharp;

namespace ScenarioFunctions.Emulator.Pictures;

/// <summary>A disc low over ridges, each nearer one stronger in colour.</summary>
internal static class Landscape
{
    public static void Draw(SKCanvas canvas, SKSize size, Palette palette, Random random)
    {
        DrawDisc(canvas, size, palette, random);

        var ridges = 5 + random.Next(3);
        for (var i = 0; i < ridges; i++)
        {
            var depth = (double)i / (ridges - 1);
            var top = size.Height * (0.48 + 0.42 * depth);
            using var ridge = Ridge(size, top, size.Height * (0.035 + 0.05 * random.NextDouble()), random);
            using var paint = new SKPaint { Color = palette.Shape(depth), IsAntialias = true };
            canvas.DrawPath(ridge, paint);
        }
    }

    private static void DrawDisc(SKCanvas canvas, SKSize size, Palette palette, Random random)
    {
        var radius = Math.Min(size.Width, size.Height) * (0.11f + 0.09f * random.NextSingle());
        var centre = new SKPoint(
            size.Width * (0.25f + 0.5f * random.NextSingle()), size.Height * (0.22f + 0.22f * random.NextSingle()));
        using var paint = new SKPaint { IsAntialias = true };
        for (var ring = 4; ring >= 1; ring--)
        {
            paint.Color = palette.Accent(1).WithAlpha(22);
            canvas.DrawCircle(centre, radius * (1 + 0.32f * ring), paint);
        }

        paint.Color = palette.Accent(0.7);
        canvas.DrawCircle(centre, radius, paint);
    }

    /// <summary>Two sine waves, one long and one short, down to the lower edge.</summary>
    private static SKPath Ridge(SKSize size, double top, double height, Random random)
    {
        var (phase, shortPhase) = (random.NextDouble() * Math.Tau, random.NextDouble() * Math.Tau);
        var waves = (0.7 + 0.9 * random.NextDouble()) * Math.Tau / size.Width;
        var path = new SKPath();
        path.MoveTo(0, size.Height);
        for (var x = 0f; x < size.Width + 8; x += 8)
        {
            var wave = Math.Sin(x * waves + phase) + 0.35 * Math.Sin(x * waves * 2.7 + shortPhase);
            path.LineTo(x, (float)(top - height * wave));
        }

        path.LineTo(size.Width, size.Height);
        path.Close();
        return path;
    }
}
