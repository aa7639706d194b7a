using System.Text;
using SkiaSharp;

namespace ScenarioFunctions.Tests.Core.Runway;

/// <summary>A small whole image of each format.</summary>
internal static class Images
{
    public static readonly byte[] Png = Encode(SKEncodedImageFormat.Png, 100);
    public static readonly byte[] Jpeg = Encode(SKEncodedImageFormat.Jpeg, 80);
    public static readonly byte[] WebP = Encode(SKEncodedImageFormat.Webp, 80);
    public static readonly byte[] LosslessWebP = Encode(SKEncodedImageFormat.Webp, 100);
    public static readonly byte[] Gif =
        Convert.FromBase64String("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");

    /// <summary>What a progressive one is made of: several scans, tables between them, escaped and restart bytes within.</summary>
    public static readonly byte[] ProgressiveJpeg =
    [
        0xFF, 0xD8,
        0xFF, 0xE1, 0, 8, 0xFF, 0xD8, 0xFF, 0xD9, 0xFF, 0xD9, // a thumbnail, with an end of its own
        0xFF, 0xFF, 0xC2, 0, 11, 8, 0, 30, 0, 40, 1, 1, 0x11, 0,
        0xFF, 0xC4, 0, 4, 0xFF, 0xD9,
        0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 0, 0, 1, 0xFF, 0, 2, 0xFF, 0xD3, 3,
        0xFF, 0xC4, 0, 4, 0xFF, 0xD9,
        0xFF, 0xDA, 0, 8, 1, 1, 0, 1, 5, 0, 4, 0xFF, 0, 5,
        0xFF, 0xD9,
    ];

    public static readonly byte[] Svg = Encoding.UTF8.GetBytes("<svg xmlns='http://www.w3.org/2000/svg'/>");

    public static byte[] Named(string name) => name switch
    {
        "png" => Png,
        "jpg" => Jpeg,
        "progressive jpg" => ProgressiveJpeg,
        "webp" => WebP,
        "lossless webp" => LosslessWebP,
        "gif" => Gif,
        _ => Svg,
    };

    /// <summary>With other bytes from an offset on.</summary>
    public static byte[] With(this byte[] image, int offset, params byte[] bytes)
    {
        var copy = image.ToArray();
        bytes.CopyTo(copy, offset);
        return copy;
    }

    private static byte[] Encode(SKEncodedImageFormat format, int quality)
    {
        using var bitmap = new SKBitmap(40, 30);
        for (var i = 0; i < 40 * 30; i++)
        {
            bitmap.SetPixel(i % 40, i / 40, new SKColor((uint)(i * 2654435761) | 0xFF000000));
        }

        using var data = bitmap.Encode(format, quality);
        return data.ToArray();
    }
}
