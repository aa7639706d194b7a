using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using SkiaSharp;

namespace ScenarioFunctions.Emulator.Pictures;

/// <summary>
/// Draws an abstract picture for a prompt: the same bytes for the same prompt, seed and size; another composition and other
/// colours for another prompt.
/// </summary>
internal static class AbstractPicture
{
    // Flat shapes on a vertical gradient: one filter and the fastest compression already make a small file.
    private static readonly SKPngEncoderOptions Png = new(SKPngEncoderFilterFlags.Up, 1);

    private static readonly Action<SKCanvas, SKSize, Palette, Random>[] Compositions =
        [Landscape.Draw, Orbits.Draw, Arches.Draw];

    /// <returns>A PNG of exactly this size. No seed counts as 0.</returns>
    public static byte[] Render(string prompt, long? seed, int width, int height)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed ?? 0}:{prompt}"));
        var random = new Random(BinaryPrimitives.ReadInt32LittleEndian(hash));
        var palette = new Palette(random);
        var size = new SKSize(width, height);

        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(bitmap);
        DrawGround(canvas, size, palette);
        Compositions[hash[4] % Compositions.Length](canvas, size, palette, random);

        using var pixels = bitmap.PeekPixels();
        using var data = pixels.Encode(Png)
            ?? throw new InvalidOperationException($"A PNG of {width} x {height} could not be written.");
        return data.ToArray();
    }

    /// <summary>A vertical gradient, drawn row by row, which is several times faster than a gradient shader.</summary>
    private static void DrawGround(SKCanvas canvas, SKSize size, Palette palette)
    {
        using var paint = new SKPaint();
        for (var y = 0; y < size.Height; y++)
        {
            paint.Color = palette.Ground(y / size.Height);
            canvas.DrawRect(0, y, size.Width, 1, paint);
        }
    }
}
