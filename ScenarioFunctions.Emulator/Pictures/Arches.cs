using SkiaSharp;

namespace ScenarioFunctions.Emulator.Pictures;

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
