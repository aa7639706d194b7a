using SkiaSharp;

namespace ScenarioFunctions.Emulator.Pictures;

/// <summary>A low disc over ridges; the nearer a ridge, the stronger its colour.</summary>
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

    /// <summary>The sum of a long and a short sine wave, filled down to the lower edge.</summary>
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

/// <summary>Rings around an off-centre point, each with a small body on its orbit.</summary>
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

/// <summary>Arches within arches, standing on the lower edge, and a disc above them.</summary>
internal static class Arches
{
    private const int Nested = 5;

    public static void Draw(SKCanvas canvas, SKSize size, Palette palette, Random random)
    {
        var unit = Math.Min(size.Width, size.Height);
        using var paint = new SKPaint { IsAntialias = true, Color = palette.Accent(0.8) };
        canvas.DrawCircle(
            size.Width * (0.15f + 0.7f * random.NextSingle()), size.Height * (0.12f + 0.14f * random.NextSingle()),
            unit * (0.07f + 0.06f * random.NextSingle()), paint);

        var groups = Math.Max(3, (int)MathF.Round(size.Width / unit * 3));
        for (var group = 0; group < groups; group++)
        {
            var x = size.Width * (group + 0.15f + 0.7f * random.NextSingle()) / groups;
            var top = size.Height * (0.32f + 0.16f * group % 0.4f + 0.14f * random.NextSingle());
            DrawArches(canvas, new SKPoint(x, top), unit * (0.2f + 0.13f * random.NextSingle()), size.Height, palette, random);
        }
    }

    private static void DrawArches(
        SKCanvas canvas, SKPoint top, float radius, float floor, Palette palette, Random random)
    {
        var accented = 1 + random.Next(Nested - 1);
        using var paint = new SKPaint { IsAntialias = true };
        for (var i = 0; i < Nested; i++)
        {
            var inner = radius * (Nested - i) / Nested;
            paint.Color = i == accented ? palette.Accent(0.5) : palette.Shape(0.12 + 0.68 * i / (Nested - 1));
            canvas.DrawRoundRect(
                top.X - inner, top.Y + radius - inner, inner * 2, floor - top.Y + inner, inner, inner, paint);
        }
    }
}
